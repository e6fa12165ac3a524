/** @import { Stagehand } from './scene.mjs' */

/**
 * What others do where everything is in one process: another registry of the same store does it there.
 *
 * @implements {Stagehand}
 */
export class MemoryStagehand {
  #ask;

  /** @param {(command: string, args: object) => Promise<unknown>} ask the contestant */
  constructor(ask) {
    this.#ask = ask;
  }

  /** @param {readonly string[]} paths */
  async create(paths) {
    await this.#ask('stageCreate', { paths });
  }

  /** @param {string} path */
  async touch(path) {
    await this.#ask('stageTouch', { path });
  }

  async keepBusy() {
    throw new Error('There is no server to keep busy');
  }
}
