import zookeeper from 'zookeeper';

/** @import { Done, BaselineClient, BaselineEvent, Mode } from './baseline-client.mjs' */

/** The class with callbacks, whatever the types say: one of its methods for each request of the C client. */
const ZooKeeper = /** @type {new (config: object) => LibraryClient} */ (/** @type {unknown} */ (zookeeper));

/**
 * @typedef {object} LibraryClient
 * @property {(config: object) => void} init
 * @property {() => void} close
 * @property {(event: string, listener: (...args: any[]) => void) => void} on
 * @property {(event: string, listener: (...args: any[]) => void) => void} once
 * @property {(path: string, data: Buffer, flags: number, done: (code: number, message: string, path: string) => void) => number} a_create
 * @property {(path: string, watch: boolean, done: (code: number, message: string, stat: object, data: Buffer) => void) => number} a_get
 * @property {(path: string, watch: boolean, done: (code: number, message: string, names: string[]) => void) => number} a_get_children
 * @property {(path: string, watch: boolean, done: (code: number, message: string, stat: object) => void) => number} a_exists
 * @property {(path: string, data: Buffer, version: number, done: (code: number, message: string) => void) => number} a_set
 * @property {(path: string, version: number, done: (code: number, message: string) => void) => number} a_delete_
 */

const flags = { persistent: 0, ephemeral: 1, sequential: 3 };
const noNode = -101;
const sessionExpired = -112;

/**
 * `zookeeper` as it is, with the setting without which it does not survive large answers.
 *
 * @implements {BaselineClient}
 */
export class NativeBaselineClient {
  window = 2_000;
  /** @type {LibraryClient | undefined} */
  #client;
  /** @type {(event: BaselineEvent) => void} */
  #listener = () => undefined;
  /** @type {() => void} */
  #expired = () => undefined;

  /**
   * @param {string} servers
   * @param {number} timeoutMs
   * @returns {Promise<void>}
   */
  connect(servers, timeoutMs) {
    const client = new ZooKeeper({
      connect: servers,
      timeout: timeoutMs,
      debug_level: 0,
      host_order_deterministic: true,
      response_counter_limit: 1e9,
    });
    this.#client = client;
    for (const event of ['created', 'changed', 'deleted']) {
      client.on(event, (_client, path) => this.#listener({ kind: 'node', path }));
    }
    client.on('child', (_client, path) => this.#listener({ kind: 'children', path }));
    client.on('close', (_client, code) => {
      if (code === sessionExpired) this.#expired();
    });
    return new Promise((resolve) => {
      client.once('connect', () => resolve());
      client.init(/** @type {{ config?: object }} */ (client).config ?? {});
    });
  }

  async close() {
    this.#open.close();
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
    refused(
      this.#open.a_create(path, data, flags[mode], (code, text, made) => done(failure(code, text), made)),
      done,
    );
  }

  /**
   * @param {string} path
   * @param {boolean} watch
   * @param {Done<Buffer>} done
   */
  getData(path, watch, done) {
    refused(
      this.#open.a_get(path, watch, (code, text, _stat, data) => done(failure(code, text), data)),
      done,
    );
  }

  /**
   * @param {string} path
   * @param {boolean} watch
   * @param {Done<string[]>} done
   */
  getChildren(path, watch, done) {
    refused(
      this.#open.a_get_children(path, watch, (code, text, names) => done(failure(code, text), names)),
      done,
    );
  }

  /**
   * @param {string} path
   * @param {boolean} watch
   * @param {Done<boolean>} done
   */
  exists(path, watch, done) {
    const answered = (/** @type {number} */ code, /** @type {string} */ text) =>
      done(code === noNode ? undefined : failure(code, text), code === 0);
    refused(this.#open.a_exists(path, watch, answered), done);
  }

  /**
   * @param {string} path
   * @param {Buffer} data
   * @param {Done<void>} done
   */
  setData(path, data, done) {
    refused(
      this.#open.a_set(path, data, -1, (code, text) => done(failure(code, text))),
      done,
    );
  }

  /**
   * @param {string} path
   * @param {Done<void>} done
   */
  remove(path, done) {
    refused(
      this.#open.a_delete_(path, -1, (code, text) => done(failure(code, text))),
      done,
    );
  }

  get #open() {
    if (this.#client === undefined) throw new Error('Not connected');
    return this.#client;
  }
}

/**
 * @param {number} code
 * @param {string} text
 */
function failure(code, text) {
  return code === 0 ? undefined : new Error(`${code} ${text}`);
}

/**
 * A call that returns a negative number never calls back.
 *
 * @param {number} code
 * @param {(error: Error) => void} done
 */
function refused(code, done) {
  if (code < 0) done(new Error(`The library refused a request: ${code}`));
}
