import { setTimeout as sleep } from 'node:timers/promises';
import { configPaths, contestedPaths, ownPaths, watchablePaths } from '../../oracle/paths.mjs';

/** @import { ServiceRegistry } from '@ndsr/core' */
/** @import { Random } from '../../random.mjs' */
/** @import { WorkerSettings } from './protocol.mjs' */
/** @import { Activity } from './activity.mjs' */
/** @import { Subscribers } from './subscribers.mjs' */
/** @import { Calls } from './calls.mjs' */
/** @import { DesiredState } from './desired-state.mjs' */

/**
 * @typedef {object} ChurnHost
 * @property {ServiceRegistry} registry
 * @property {Calls} calls
 * @property {Subscribers} subscribers
 * @property {DesiredState} desiredState
 * @property {Activity} activity
 * @property {Random} random
 * @property {WorkerSettings} settings
 */

const lanes = 3;
const upkeepMs = 250;
const mostSubscribers = 4;

/** Keeps the registry busy with a few concurrent random operations. */
export class Workload {
  /** @type {readonly [weight: number, act: () => unknown][]} */
  #operations;
  #host;
  #watchable;
  #isRunning = false;
  #ended = false;
  /** Counts calls of `start`, so that lanes of an earlier one end. */
  #run = 0;

  /** @param {ChurnHost} host */
  constructor(host) {
    const { random, settings, desiredState, registry, calls } = host;
    const own = ownPaths(settings.slot);
    const configs = configPaths(settings.slot);
    this.#host = host;
    this.#watchable = watchablePaths(settings.slot, settings.slots);
    this.#operations = [
      [40, () => desiredState.register(random.pick(own))],
      [20, () => desiredState.unregister(random.pick(own))],
      [6, () => desiredState.register(random.pick(contestedPaths))],
      [4, () => desiredState.unregister(random.pick(contestedPaths))],
      [10, () => desiredState.writeConfig(random.pick(configs))],
      [4, () => desiredState.removeConfig(random.pick(configs))],
      [10, () => this.#get(random.pick(this.#watchable))],
      [4, () => this.#subscribe(random.pick(this.#watchable))],
      [3, () => host.subscribers.removeOne(random.pick(this.#watchable))],
      [1, () => host.subscribers.unwatch(random.pick(this.#watchable))],
      [0.4, () => calls.make('rebuild', () => registry.rebuild())],
      [0.4, () => this.#restart()],
    ];
    void this.#maintain();
  }

  /** @param {number} paceMs mean pause of a lane between two operations */
  start(paceMs) {
    this.#isRunning = true;
    this.#run += 1;
    for (let lane = 0; lane < lanes; lane += 1) void this.#lane(this.#run, paceMs);
  }

  /** Starts no more operations; pending ones end by themselves. */
  stop() {
    this.#isRunning = false;
  }

  /** Stops for good: a worker that shuts down must not restart the registry. */
  end() {
    this.#isRunning = false;
    this.#ended = true;
  }

  /**
   * @param {number} run
   * @param {number} paceMs
   */
  async #lane(run, paceMs) {
    const { random, activity } = this.#host;
    while (this.#isRunning && run === this.#run) {
      activity.count('operations');
      await this.#choose()();
      await sleep(2 * paceMs * random.next());
    }
  }

  #choose() {
    const total = this.#operations.reduce((sum, [weight]) => sum + weight, 0);
    let left = this.#host.random.next() * total;
    for (const [weight, act] of this.#operations) {
      left -= weight;
      if (left < 0) return act;
    }
    return () => undefined;
  }

  /** Retries a failed start and reopens loops that have ended, as an application would. */
  async #maintain() {
    const { registry, calls, subscribers, activity } = this.#host;
    for (const path of this.#watchable) this.#subscribe(path);
    while (!this.#ended) {
      try {
        if (registry.phase === 'idle' || registry.phase === 'stopped')
          await calls.make('start', () => registry.start());
        for (const path of this.#watchable) if (subscribers.size(path) === 0) this.#subscribe(path);
        const [first] = this.#watchable;
        const needsLoop = registry.phase !== 'stopped' && first !== undefined && !subscribers.hasLoop(first);
        if (needsLoop) subscribers.openLoop(first, 'data');
      } catch (error) {
        activity.reportViolation(`upkeep: ${error}`);
      }
      await sleep(upkeepMs);
    }
  }

  /** @param {string} path */
  #subscribe(path) {
    const { random, subscribers, registry } = this.#host;
    if (registry.phase === 'stopped' || subscribers.size(path) >= mostSubscribers) return;
    const detail = random.chance(0.25) ? 'names' : 'data';
    if (random.chance(0.3)) subscribers.openLoop(path, detail);
    else subscribers.addCallback(path, detail, random.pick(['quick', 'quick', 'slow', 'throwing']));
  }

  /** @param {string} path */
  #get(path) {
    const { calls, registry, subscribers } = this.#host;
    subscribers.noteRead(path);
    return calls.make(`get ${path}`, () => registry.get(path));
  }

  async #restart() {
    const { registry, calls, random } = this.#host;
    await calls.make('stop', () => registry.stop());
    await sleep(random.between(0, 100));
    if (!this.#ended) await calls.make('start', () => registry.start());
  }
}
