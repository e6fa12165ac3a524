/** @import { Logger } from '@ndsr/core' */

/**
 * @typedef {object} Line
 * @property {string} text
 * @property {string | undefined} cell the cell that the line belongs to; undefined: all cells
 */

/** Timestamps of everything that was started, injected and settled, to explain a failure. */
export class Timeline {
  #startedAt = performance.now();
  /** @type {Line[]} */
  #lines = [];
  #echo;

  /** @param {(line: string) => void} [echo] receives every line at once */
  constructor(echo = () => undefined) {
    this.#echo = echo;
  }

  /** Forgets all lines and starts from 0 ms. */
  restart() {
    this.#lines = [];
    this.#startedAt = performance.now();
  }

  /**
   * @param {string} what
   * @param {string} [cell]
   */
  note(what, cell) {
    const at = Math.round(performance.now() - this.#startedAt);
    const text = `${String(at).padStart(6)} ms  ${what}`;
    this.#lines.push({ text, cell });
    this.#echo(text);
  }

  /**
   * A logger for a registry that adds its messages as lines of `cell`.
   *
   * @param {string} name
   * @param {string} cell
   * @returns {Logger}
   */
  logger(name, cell) {
    const note = (/** @type {string} */ line) => this.note(`${name}: ${line}`, cell);
    return { debug: () => undefined, info: note, warn: note, error: note };
  }

  get lines() {
    return this.#lines.map(({ text }) => text);
  }

  /**
   * The lines of all cells and those of `one`.
   *
   * @param {string} one
   */
  of(one) {
    const lines = this.#lines.filter(({ cell }) => cell === undefined || cell === one);
    return lines.map(({ text }) => text).join('\n');
  }

  toString() {
    return this.lines.join('\n');
  }
}
