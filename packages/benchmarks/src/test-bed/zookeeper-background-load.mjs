import { setTimeout as sleep } from 'node:timers/promises';
import { JsBaselineClient } from '../drivers/js-baseline-client.mjs';
import { pipelined } from '../drivers/pipelined.mjs';
import { bytesOf, instance, sharedNow } from './data.mjs';

/** @import { BackgroundLoad } from './test-bed.mjs' */

const sessionTimeoutMs = 20_000;
const loadWindow = 20;

/**
 * The operations of other clients on the server while a subject is measured: over a separate session, in the runner's process.
 *
 * @implements {BackgroundLoad}
 */
export class ZooKeeperBackgroundLoad {
  #client;

  /** @param {JsBaselineClient} client */
  constructor(client) {
    this.#client = client;
  }

  /** @param {string} servers */
  static async open(servers) {
    const client = new JsBaselineClient();
    await client.connect(servers, sessionTimeoutMs);
    return new ZooKeeperBackgroundLoad(client);
  }

  /** @param {readonly string[]} paths parents first */
  create(paths) {
    return pipelined(paths.length, this.#client.window, (index, done) => {
      this.#client.create(paths[index] ?? '', bytesOf(instance), 'persistent', done);
    });
  }

  /**
   * @param {string} path
   * @param {object} data
   * @returns {Promise<void>}
   */
  write(path, data) {
    return new Promise((resolve, reject) => {
      this.#client.setData(path, bytesOf(data), (error) => (error ? reject(error) : resolve()));
    });
  }

  /** @param {string} path */
  touch(path) {
    return this.write(path, { sentAt: sharedNow() });
  }

  /**
   * Writes other nodes, 20 at a time, until the signal is aborted.
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
    return this.#client.close();
  }
}
