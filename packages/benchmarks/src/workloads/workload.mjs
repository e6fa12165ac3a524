// What a work is. Types only.

/** @import { Scene } from '../scene/scene.mjs' */

/**
 * @typedef {object} Figure what a work measures
 * @property {string} name
 * @property {string} title
 * @property {string} unit
 * @property {'more' | 'less'} better
 */

/**
 * @typedef {object} Case one size or circumstance of a work
 * @property {string} name
 * @property {number} size
 * @property {readonly string[]} contestants
 * @property {boolean} [special] the circumstance, where there are two
 */

/**
 * @typedef {object} Work
 * @property {string} name
 * @property {string} title
 * @property {readonly Figure[]} figures
 * @property {string} [growth] the figure that is plotted against the size
 * @property {readonly Case[]} cases of a full run
 * @property {readonly Case[]} quickCases of `--quick`
 * @property {(scene: Scene, size: number, special: boolean) => Promise<Record<string, number>>} play
 * has one contestant do it, once, and gives the figures
 */

export {};
