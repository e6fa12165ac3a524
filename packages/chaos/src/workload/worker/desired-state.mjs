import { configPaths, contestedPaths, ownPaths } from '../../oracle/paths.mjs';

/** @import { ServiceRegistry } from '@ndsr/core' */
/** @import { ConfigState, Registration, WorkerSettings } from './protocol.mjs' */
/** @import { Calls } from './calls.mjs' */

/** Keeps the change numbers of successive processes in a slot distinct. */
const changesPerIncarnation = 1_000_000;

/**
 * The desired state of this process, according to the outcomes of its calls, and so the nodes that must exist in the end. One call at a time for each
 * path; a rejected call leaves the previous state.
 */
export class DesiredState {
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
    return this.#exclusively(path, async () => {
      const data = this.#nextData();
      const { ok } = await this.#calls.make(`setNode ${path}`, () => this.#registry.setNode(path, data));
      if (ok) this.#registered.set(path, data.n);
    });
  }

  /** @param {string} path */
  unregister(path) {
    return this.#exclusively(path, async () => {
      // The node may belong to a predecessor, whose session has not timed out yet, or to a competing owner: rightly rejected.
      if (!this.#registered.has(path)) return;
      const { ok } = await this.#calls.make(`unset ${path}`, () => this.#registry.unset(path));
      if (ok) this.#registered.delete(path);
    });
  }

  /** @param {string} path */
  writeConfig(path) {
    return this.#exclusively(path, async () => {
      const data = this.#nextData();
      await this.#change(path, data.n, () => this.#registry.setData(path, data));
    });
  }

  /** @param {string} path */
  removeConfig(path) {
    return this.#exclusively(path, () => this.#change(path, null, () => this.#registry.unset(path)));
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
   * An interrupted write may or may not have been executed: both are right.
   *
   * @param {string} path
   * @param {number | null} change
   * @param {() => Promise<boolean>} start
   */
  async #change(path, change, start) {
    // Before the first write of this process the node may hold anything.
    const before = this.#config.get(path);
    const { ok } = await this.#calls.make(`write ${path}`, start);
    if (ok) this.#config.set(path, [change]);
    else if (before !== undefined) this.#config.set(path, [...before, change]);
  }

  /**
   * With two concurrent calls for one path the order would be unknown.
   *
   * @param {string} path
   * @param {() => Promise<void>} work
   */
  async #exclusively(path, work) {
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
    const { slot, incarnation } = this.#settings;
    return { slot, incarnation, n: incarnation * changesPerIncarnation + this.#changes };
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
   * @returns {ConfigState[]}
   */
  #configAt(path) {
    const possible = this.#config.get(path);
    return possible === undefined ? [] : [{ path, possible }];
  }
}
