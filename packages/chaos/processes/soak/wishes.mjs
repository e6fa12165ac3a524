import { configPaths, contestedPaths, ownPaths } from '../../soak/layout.mjs';

/** @import { ServiceRegistry } from '@ndsr/core' */
/** @import { ConfigWish, Registration, WorkerSettings } from '../../soak/protocol.mjs' */
/** @import { Calls } from './calls.mjs' */

/** Numbers of one life do not meet those of the next in the same place. */
const changesInALife = 1_000_000;

/**
 * What this process has told its registry to keep, and so what must be there in the end. One call at a time for each
 * path: a call that was rejected leaves what stood before.
 */
export class Wishes {
  /** @type {Map<string, number>} path to the change that it comes from */
  #registered = new Map();
  /** @type {Map<string, (number | null)[]>} */
  #config = new Map();
  /** @type {Set<string>} */
  #busy = new Set();
  #registry;
  #calls;
  #settings;
  #changes = 0;

  /**
   * @param {ServiceRegistry} registry
   * @param {Calls} calls
   * @param {WorkerSettings} settings
   */
  constructor(registry, calls, settings) {
    this.#registry = registry;
    this.#calls = calls;
    this.#settings = settings;
  }

  get changes() {
    return this.#changes;
  }

  /** @param {string} path */
  register(path) {
    return this.#alone(path, async () => {
      const data = this.#nextData();
      const { ok } = await this.#calls.make(`setNode ${path}`, () => this.#registry.setNode(path, data));
      if (ok) this.#registered.set(path, data.n);
    });
  }

  /** @param {string} path */
  withdraw(path) {
    return this.#alone(path, async () => {
      // It may be a predecessor's, whose session has not timed out yet, or a rival's: refused, and rightly so.
      if (!this.#registered.has(path)) return;
      const { ok } = await this.#calls.make(`unset ${path}`, () => this.#registry.unset(path));
      if (ok) this.#registered.delete(path);
    });
  }

  /** @param {string} path */
  configure(path) {
    return this.#alone(path, async () => {
      const data = this.#nextData();
      await this.#change(path, data.n, () => this.#registry.setData(path, data));
    });
  }

  /** @param {string} path */
  dropConfig(path) {
    return this.#alone(path, () => this.#change(path, null, () => this.#registry.unset(path)));
  }

  report() {
    const own = ownPaths(this.#settings.slot);
    return {
      wanted: this.#among(own),
      contested: this.#among(contestedPaths),
      config: configPaths(this.#settings.slot).flatMap((path) => this.#configAt(path)),
    };
  }

  /**
   * A write that was cut off may have got through or not, and nothing says which: both are right.
   *
   * @param {string} path
   * @param {number | null} change
   * @param {() => Promise<boolean>} start
   */
  async #change(path, change, start) {
    // Before the first write of this life anything may be there.
    const before = this.#config.get(path);
    const { ok } = await this.#calls.make(`write ${path}`, start);
    if (ok) this.#config.set(path, [change]);
    else if (before !== undefined) this.#config.set(path, [...before, change]);
  }

  /**
   * Two calls for one path at a time would leave it open which of them came last.
   *
   * @param {string} path
   * @param {() => Promise<void>} work
   */
  async #alone(path, work) {
    if (this.#busy.has(path)) return;
    this.#busy.add(path);
    try {
      await work();
    } finally {
      this.#busy.delete(path);
    }
  }

  #nextData() {
    this.#changes += 1;
    const { slot, life } = this.#settings;
    return { slot, life, n: life * changesInALife + this.#changes };
  }

  /**
   * @param {readonly string[]} paths
   * @returns {Registration[]}
   */
  #among(paths) {
    return paths.flatMap((path) => {
      const n = this.#registered.get(path);
      return n === undefined ? [] : [{ path, n }];
    });
  }

  /**
   * @param {string} path
   * @returns {ConfigWish[]}
   */
  #configAt(path) {
    const possible = this.#config.get(path);
    return possible === undefined ? [] : [{ path, possible }];
  }
}
