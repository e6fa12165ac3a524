import { canonical } from '../canonical.mjs';

/** @import { Truth } from '../truth.mjs' */
/** @import { Check } from './finding.mjs' */

/**
 * There is one truth: every server has the same.
 *
 * @type {Check}
 */
export function checkServers({ truths }) {
  const [first, ...others] = truths;
  if (first === undefined) return [{ kind: 'no truth', text: 'no server was read' }];
  return others.flatMap(({ server, truth }) =>
    differences(first.truth, truth).map((path) => ({
      kind: 'servers disagree',
      text: `${path}: ${first.server} has ${show(first.truth, path)}, ${server} has ${show(truth, path)}`,
    })),
  );
}

/**
 * @param {Truth} a
 * @param {Truth} b
 */
function differences(a, b) {
  const paths = new Set([...a.keys(), ...b.keys()]);
  return [...paths].filter((path) => show(a, path) !== show(b, path));
}

/**
 * @param {Truth} truth
 * @param {string} path
 */
function show(truth, path) {
  return truth.has(path) ? canonical(truth.get(path)) : 'no node';
}
