import { createZooKeeperClient } from '@ndsr/zookeeper';

/** @import { ZooKeeperClient } from '@ndsr/zookeeper-common' */
/** @import { Done, BaselineClient, BaselineEvent, Mode } from './baseline-client.mjs' */

/**
 * The client of `@ndsr/zookeeper` alone, without the registry. Its promises become callbacks.
 *
 * @implements {BaselineClient}
 */
export class OwnClient {
  window = 500;
  /** @type {ZooKeeperClient | undefined} */
  #client;
  /** @type {(event: BaselineEvent) => void} */
  #listener = () => undefined;
  /** @type {() => void} */
  #expired = () => undefined;

  /**
   * @param {string} servers one server
   * @param {number} timeoutMs
   * @returns {Promise<void>}
   */
  connect(servers, timeoutMs) {
    const [host = '', port] = servers.split(':');
    const client = createZooKeeperClient({ servers: [{ host, port: Number(port) }], sessionTimeoutMs: timeoutMs });
    this.#client = client;
    return new Promise((resolve) => {
      client.connect((event) => {
        if (event.type === 'connected') resolve();
        if (event.type === 'expired') this.#expired();
        if (event.type === 'watch')
          this.#listener({ kind: event.event.kind === 'children' ? 'children' : 'node', path: event.event.path });
      });
    });
  }

  close() {
    return this.#open.close();
  }

  /** @param {(event: BaselineEvent) => void} listener */
  onEvent(listener) {
    this.#listener = listener;
  }

  /** @param {() => void} listener */
  onExpired(listener) {
    this.#expired = listener;
  }

  /**
   * @param {string} path
   * @param {Buffer} data
   * @param {Mode} mode
   * @param {Done<string>} done
   */
  create(path, data, mode, done) {
    if (mode === 'sequential') this.#open.createSequential(path, data).then((made) => done(null, made), done);
    else this.#open.create(path, data, mode).then(() => done(null, path), done);
  }

  /**
   * @param {string} path
   * @param {boolean} watch
   * @param {Done<Buffer>} done
   */
  getData(path, watch, done) {
    this.#open.getData({ path, watch }).then(({ data }) => done(null, /** @type {Buffer} */ (data)), done);
  }

  /**
   * @param {string} path
   * @param {boolean} watch
   * @param {Done<string[]>} done
   */
  getChildren(path, watch, done) {
    this.#open.getChildren({ path, watch }).then(({ names }) => done(null, [...names]), done);
  }

  /**
   * @param {string} path
   * @param {boolean} watch
   * @param {Done<boolean>} done
   */
  exists(path, watch, done) {
    this.#open.exists({ path, watch }).then((stat) => done(null, stat !== null), done);
  }

  /**
   * @param {string} path
   * @param {Buffer} data
   * @param {Done<void>} done
   */
  setData(path, data, done) {
    this.#open.setData(path, data, -1).then(done, done);
  }

  /**
   * @param {string} path
   * @param {Done<void>} done
   */
  remove(path, done) {
    this.#open.remove(path, -1).then(done, done);
  }

  get #open() {
    if (this.#client === undefined) throw new Error('Not connected');
    return this.#client;
  }
}
