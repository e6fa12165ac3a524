import { exponentOf } from './statistics.mjs';
import { subjects } from './subjects.mjs';
import { workloads } from './workloads/workloads.mjs';

/** @import { Result } from './results.mjs' */

/**
 * @typedef {object} Line how the cost of a work grows for one subject
 * @property {string} subject
 * @property {readonly (readonly [size: number, cost: number])[]} points by size
 * @property {number} exponent 1 is linear
 */

/**
 * @typedef {object} Growth
 * @property {string} work
 * @property {string} title of the work
 * @property {string} figure what is called cost
 * @property {readonly Line[]} lines
 */

/**
 * @param {readonly Result[]} results
 * @returns {Growth[]} of the works that were measured in more than one size
 */
export function growthOf(results) {
  return workloads.flatMap(({ name, title, growth }) => {
    const sizes = results.filter(({ work, figure, case: size }) => work === name && figure === growth && isSize(size));
    const [first] = sizes;
    const lines = subjects.flatMap(({ name: subject }) => lineOf(sizes, subject));
    if (first === undefined || lines.length === 0) return [];
    return [{ work: name, title, figure: `${first.title}, ${first.unit}`, lines }];
  });
}

/** @param {string} name of a case: some say more than a size */
function isSize(name) {
  return /^\d+$/.test(name);
}

/**
 * @param {readonly Result[]} sizes
 * @param {string} subject
 * @returns {Line[]}
 */
function lineOf(sizes, subject) {
  const points = sizes
    .flatMap(({ case: size, contestants: measured }) => {
      const cost = measured[subject]?.median;
      return cost === undefined || cost <= 0 ? [] : [/** @type {const} */ ([Number(size), cost])];
    })
    .sort(([a], [b]) => a - b);
  return points.length < 2 ? [] : [{ subject, points, exponent: exponentOf(points) }];
}
