import { setTimeout as sleep } from 'node:timers/promises';
import { JsHand } from '../players/js-hand.mjs';
import { pipelined } from '../players/pipelined.mjs';
import { bytesOf, instance, sharedNow } from './data.mjs';

/** @import { Stagehand } from './scene.mjs' */

const sessionTimeoutMs = 20_000;
const loadWindow = 20;

/**
 * Everything that others do on the server while a contestant is watched: over a session of its own, in the runner's process.
 *
 * @implements {Stagehand}
 */
export class ZooKeeperStagehand {
  #hand;

  /** @param {JsHand} hand */
  constructor(hand) {
    this.#hand = hand;
  }

  /** @param {string} servers */
  static async open(servers) {
    const hand = new JsHand();
    await hand.connect(servers, sessionTimeoutMs);
    return new ZooKeeperStagehand(hand);
  }

  /** @param {readonly string[]} paths parents first */
  create(paths) {
    return pipelined(paths.length, this.#hand.window, (index, done) => {
      this.#hand.create(paths[index] ?? '', bytesOf(instance), 'persistent', done);
    });
  }

  /**
   * @param {string} path
   * @returns {Promise<void>}
   */
  touch(path) {
    return new Promise((resolve, reject) => {
      this.#hand.setData(path, bytesOf({ sentAt: sharedNow() }), (error) => (error ? reject(error) : resolve()));
    });
  }

  /**
   * Writes other nodes, so many at a time, until the signal.
   *
   * @param {readonly string[]} paths
   * @param {AbortSignal} signal
   */
  async keepBusy(paths, signal) {
    const lanes = Array.from({ length: loadWindow }, async (_, lane) => {
      while (!signal.aborted) {
        await this.touch(paths[lane % paths.length] ?? '');
        await sleep(0);
      }
    });
    await Promise.all(lanes);
  }

  close() {
    return this.#hand.close();
  }
}
