import { setTimeout as sleep } from 'node:timers/promises';
import { configPaths, contestedPaths, ownPaths, watchablePaths } from '../../soak/layout.mjs';

/** @import { ServiceRegistry } from '@ndsr/core' */
/** @import { Random } from '../../soak/random.mjs' */
/** @import { WorkerSettings } from '../../soak/protocol.mjs' */
/** @import { Activity } from './activity.mjs' */
/** @import { Audience } from './audience.mjs' */
/** @import { Calls } from './calls.mjs' */
/** @import { Wishes } from './wishes.mjs' */

/**
 * @typedef {object} ChurnHost
 * @property {ServiceRegistry} registry
 * @property {Calls} calls
 * @property {Audience} audience
 * @property {Wishes} wishes
 * @property {Activity} activity
 * @property {Random} random
 * @property {WorkerSettings} settings
 */

const lanes = 3;
const upkeepMs = 250;
const mostSubscribers = 4;

/** Keeps the registry busy: a few things at a time, each chosen at random. */
export class Churn {
  /** @type {readonly [weight: number, act: () => unknown][]} */
  #acts;
  #host;
  #watchable;
  #going = false;
  #ended = false;
  /** Whether what runs belongs to the last `start`. */
  #run = 0;

  /** @param {ChurnHost} host */
  constructor(host) {
    const { random, settings, wishes, registry, calls } = host;
    const own = ownPaths(settings.slot);
    const configs = configPaths(settings.slot);
    this.#host = host;
    this.#watchable = watchablePaths(settings.slot, settings.slots);
    this.#acts = [
      [40, () => wishes.register(random.pick(own))],
      [20, () => wishes.withdraw(random.pick(own))],
      [6, () => wishes.register(random.pick(contestedPaths))],
      [4, () => wishes.withdraw(random.pick(contestedPaths))],
      [10, () => wishes.configure(random.pick(configs))],
      [4, () => wishes.dropConfig(random.pick(configs))],
      [10, () => this.#get(random.pick(this.#watchable))],
      [4, () => this.#subscribe(random.pick(this.#watchable))],
      [3, () => host.audience.removeOne(random.pick(this.#watchable))],
      [1, () => host.audience.unwatch(random.pick(this.#watchable))],
      [0.4, () => calls.make('rebuild', () => registry.rebuild())],
      [0.4, () => this.#restart()],
    ];
    void this.#keepUp();
  }

  /** @param {number} paceMs the mean pause of a lane between two acts */
  start(paceMs) {
    this.#going = true;
    this.#run += 1;
    for (let lane = 0; lane < lanes; lane += 1) void this.#lane(this.#run, paceMs);
  }

  /** Begins nothing more; what is under way ends by itself. */
  settle() {
    this.#going = false;
  }

  /** For good: whoever leaves does not start again what it has stopped. */
  end() {
    this.#going = false;
    this.#ended = true;
  }

  /**
   * @param {number} run
   * @param {number} paceMs
   */
  async #lane(run, paceMs) {
    const { random, activity } = this.#host;
    while (this.#going && run === this.#run) {
      activity.count('acts');
      await this.#choose()();
      await sleep(2 * paceMs * random.next());
    }
  }

  #choose() {
    const total = this.#acts.reduce((sum, [weight]) => sum + weight, 0);
    let left = this.#host.random.next() * total;
    for (const [weight, act] of this.#acts) {
      left -= weight;
      if (left < 0) return act;
    }
    return () => undefined;
  }

  /** As an application would: starts what could not be started, and reopens loops that have ended. */
  async #keepUp() {
    const { registry, calls, audience, activity } = this.#host;
    for (const path of this.#watchable) this.#subscribe(path);
    while (!this.#ended) {
      try {
        if (registry.phase === 'idle' || registry.phase === 'stopped')
          await calls.make('start', () => registry.start());
        for (const path of this.#watchable) if (audience.size(path) === 0) this.#subscribe(path);
        const [first] = this.#watchable;
        const needsLoop = registry.phase !== 'stopped' && first !== undefined && !audience.hasLoop(first);
        if (needsLoop) audience.openLoop(first, 'data');
      } catch (error) {
        activity.trouble(`upkeep: ${error}`);
      }
      await sleep(upkeepMs);
    }
  }

  /** @param {string} path */
  #subscribe(path) {
    const { random, audience, registry } = this.#host;
    if (registry.phase === 'stopped' || audience.size(path) >= mostSubscribers) return;
    const detail = random.chance(0.25) ? 'names' : 'data';
    if (random.chance(0.3)) audience.openLoop(path, detail);
    else audience.addCallback(path, detail, random.pick(['quick', 'quick', 'slow', 'throwing']));
  }

  /** @param {string} path */
  #get(path) {
    const { calls, registry, audience } = this.#host;
    audience.noteRead(path);
    return calls.make(`get ${path}`, () => registry.get(path));
  }

  async #restart() {
    const { registry, calls, random } = this.#host;
    await calls.make('stop', () => registry.stop());
    await sleep(random.between(0, 100));
    if (!this.#ended) await calls.make('start', () => registry.start());
  }
}
