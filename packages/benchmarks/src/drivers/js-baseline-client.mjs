import zookeeper from 'node-zookeeper-client';

/** @import { Client, Event } from 'node-zookeeper-client' */
/** @import { Done, BaselineClient, BaselineEvent, Mode } from './baseline-client.mjs' */

const { CreateMode, Event: events } = zookeeper;

const modes = {
  persistent: CreateMode.PERSISTENT,
  ephemeral: CreateMode.EPHEMERAL,
  sequential: CreateMode.EPHEMERAL_SEQUENTIAL,
};

/**
 * `node-zookeeper-client` as it is.
 *
 * @implements {BaselineClient}
 */
export class JsBaselineClient {
  window = 500;
  /** @type {Client | undefined} */
  #client;
  /** @type {(event: BaselineEvent) => void} */
  #listener = () => undefined;
  /** @type {() => void} */
  #expired = () => undefined;
  /** One for all watches: each function of its own would be kept for good. @type {(event: Event) => void} */
  #watcher = ({ type, path }) =>
    this.#listener({ kind: type === events.NODE_CHILDREN_CHANGED ? 'children' : 'node', path });

  /**
   * @param {string} servers
   * @param {number} timeoutMs
   * @returns {Promise<void>}
   */
  connect(servers, timeoutMs) {
    const client = zookeeper.createClient(servers, { sessionTimeout: timeoutMs });
    this.#client = client;
    client.on('expired', () => this.#expired());
    client.connect();
    return new Promise((resolve) => void client.once('connected', () => resolve()));
  }

  /** @returns {Promise<void>} */
  close() {
    const client = this.#open;
    return new Promise((resolve) => {
      client.once('disconnected', () => resolve());
      client.close();
    });
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
    this.#open.create(path, data, modes[mode], (error, made) => done(error, made));
  }

  /**
   * @param {string} path
   * @param {boolean} watch
   * @param {Done<Buffer>} done
   */
  getData(path, watch, done) {
    if (watch) this.#open.getData(path, this.#watcher, (error, data) => done(error, data));
    else this.#open.getData(path, (error, data) => done(error, data));
  }

  /**
   * @param {string} path
   * @param {boolean} watch
   * @param {Done<string[]>} done
   */
  getChildren(path, watch, done) {
    if (watch) this.#open.getChildren(path, this.#watcher, (error, names) => done(error, names));
    else this.#open.getChildren(path, (error, names) => done(error, names));
  }

  /**
   * @param {string} path
   * @param {boolean} watch
   * @param {Done<boolean>} done
   */
  exists(path, watch, done) {
    if (watch) this.#open.exists(path, this.#watcher, (error, stat) => done(error, stat !== null));
    else this.#open.exists(path, (error, stat) => done(error, stat !== null));
  }

  /**
   * @param {string} path
   * @param {Buffer} data
   * @param {Done<void>} done
   */
  setData(path, data, done) {
    this.#open.setData(path, data, -1, (error) => done(error));
  }

  /**
   * @param {string} path
   * @param {Done<void>} done
   */
  remove(path, done) {
    this.#open.remove(path, -1, (error) => done(error));
  }

  get #open() {
    if (this.#client === undefined) throw new Error('Not connected');
    return this.#client;
  }
}
