/** @import { Player } from './player.mjs' */
/** @import { Stagehand } from './scene.mjs' */

/**
 * What others do where everything is in one process: another registry of the same store does it there.
 *
 * @implements {Stagehand}
 */
export class MemoryStagehand {
  #player;

  /** @param {Player} player */
  constructor(player) {
    this.#player = player;
  }

  /** @param {readonly string[]} paths */
  async create(paths) {
    await this.#player.ask('stageCreate', { paths });
  }

  /** @param {string} path */
  async touch(path) {
    await this.#player.ask('stageTouch', { path });
  }

  async keepBusy() {
    throw new Error('There is no server to keep busy');
  }
}
