/** @import { BackgroundLoad } from './test-bed.mjs' */

/**
 * The operations of other clients for the memory backend: a second registry of the same store, in the subject's process.
 *
 * @implements {BackgroundLoad}
 */
export class MemoryBackgroundLoad {
  #ask;

  /** @param {(command: string, args: object) => Promise<unknown>} ask the subject */
  constructor(ask) {
    this.#ask = ask;
  }

  /** @param {readonly string[]} paths */
  async create(paths) {
    await this.#ask('stageCreate', { paths });
  }

  /**
   * @param {string} path
   * @param {object} data
   */
  async write(path, data) {
    await this.#ask('stageWrite', { path, data });
  }

  /** @param {string} path */
  async touch(path) {
    await this.#ask('stageTouch', { path });
  }

  async keepBusy() {
    throw new Error('There is no server to keep busy');
  }
}
