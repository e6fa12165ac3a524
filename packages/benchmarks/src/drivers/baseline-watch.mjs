import { pipelined } from './pipelined.mjs';

/** @import { BaselineClient, BaselineEvent } from './baseline-client.mjs' */

/** @typedef {Map<string, unknown>} Children name to data */

/**
 * Services and their instances, watched with one-shot watches by hand: list and data are read with a watch, and what changed
 * is read again.
 */
export class BaselineWatch {
  /** @type {Map<string, { data: unknown, children: Children }>} */
  services = new Map();
  #client;
  #changed;

  /**
   * @param {BaselineClient} client
   * @param {(path: string, children: Children) => void} changed called after each change
   */
  constructor(client, changed) {
    this.#client = client;
    this.#changed = changed;
    client.onEvent((event) => void this.#follow(event).catch(fail));
  }

  /**
   * Reads and watches services, all at once.
   *
   * @param {readonly string[]} paths
   * @returns {Promise<number>} how many instances they have in all
   */
  async begin(paths) {
    for (const path of paths) this.services.set(path, { data: null, children: new Map() });
    /** @type {string[]} */
    const instances = [];
    await pipelined(2 * paths.length, this.#client.window, (index, done) => {
      const path = paths[index >> 1] ?? '';
      if (index % 2 === 0) return this.#readService(path, done);
      this.#client.getChildren(path, true, (error, names) => {
        for (const name of names ?? []) instances.push(`${path}/${name}`);
        done(error);
      });
    });
    await this.#readInstances(instances);
    for (const path of paths) this.#notify(path);
    return instances.length;
  }

  /** @param {BaselineEvent} event */
  async #follow({ kind, path }) {
    if (kind === 'children') return this.#followList(path);
    const service = parentOf(path);
    if (!this.services.has(service)) return;
    await this.#readInstances([path]);
    this.#notify(service);
  }

  /** @param {string} path */
  async #followList(path) {
    const service = this.services.get(path);
    if (service === undefined) return;
    const names = await new Promise((/** @type {(names: string[]) => void} */ resolve, reject) => {
      this.#client.getChildren(path, true, (error, found) => (error ? reject(error) : resolve(found ?? [])));
    });
    const there = new Set(names);
    for (const name of service.children.keys()) if (!there.has(name)) service.children.delete(name);
    await this.#readInstances(names.filter((name) => !service.children.has(name)).map((name) => `${path}/${name}`));
    this.#notify(path);
  }

  /**
   * @param {string} path
   * @param {(error: unknown) => void} done
   */
  #readService(path, done) {
    this.#client.getData(path, true, (error, bytes) => {
      const service = this.services.get(path);
      if (service !== undefined) service.data = decode(bytes);
      done(error);
    });
  }

  /** @param {readonly string[]} paths */
  #readInstances(paths) {
    return pipelined(paths.length, this.#client.window, (index, done) => {
      const path = paths[index] ?? '';
      this.#client.getData(path, true, (error, bytes) => {
        this.services.get(parentOf(path))?.children.set(path.slice(path.lastIndexOf('/') + 1), decode(bytes));
        done(error);
      });
    });
  }

  /** @param {string} path */
  #notify(path) {
    const service = this.services.get(path);
    if (service !== undefined) this.#changed(path, service.children);
  }
}

/** @param {string} path */
function parentOf(path) {
  return path.slice(0, path.lastIndexOf('/'));
}

/** @param {Buffer | undefined} bytes */
function decode(bytes) {
  return bytes === undefined || bytes === null || bytes.length === 0 ? null : JSON.parse(bytes.toString());
}

/** @param {unknown} error */
function fail(error) {
  // The baseline does not recover from errors: the run has failed.
  console.error(error);
  process.exit(1);
}
