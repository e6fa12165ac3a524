// The interface of a workload. Types only.

/** @import { TestBed } from '../test-bed/test-bed.mjs' */

/**
 * @typedef {object} Figure one measured value of a workload
 * @property {string} name
 * @property {string} title
 * @property {string} unit
 * @property {'more' | 'less'} better
 */

/**
 * @typedef {object} Case one size or condition of a workload
 * @property {string} name
 * @property {number} size
 * @property {readonly string[]} subjects
 * @property {boolean} [special] the second condition, when there are two
 * @property {number} [rounds] at least so many: its figures vary more than others
 */

/**
 * @typedef {object} Workload
 * @property {string} name
 * @property {string} title
 * @property {readonly Figure[]} figures
 * @property {string} [growth] the figure that is plotted against the size
 * @property {readonly Case[]} cases of a full run
 * @property {readonly Case[]} quickCases of `--quick`
 * @property {(testBed: TestBed, size: number, special: boolean) => Promise<Record<string, number>>} run
 * runs the workload once with one subject, and resolves to the figures
 */

export {};
