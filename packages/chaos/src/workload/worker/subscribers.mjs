import { setTimeout as sleep } from 'node:timers/promises';
import { canonical } from '../../oracle/canonical.mjs';
import { DeliberateError } from './activity.mjs';

/** @import { NodeSnapshot, ServiceRegistry } from '@ndsr/core' */
/** @import { SubscriberReport, View } from './protocol.mjs' */
/** @import { Activity } from './activity.mjs' */

/** @typedef {'data' | 'names'} Detail */
/** @typedef {'quick' | 'slow' | 'throwing'} CallbackKind */

/**
 * @typedef {object} Subscriber
 * @property {string} name
 * @property {string} path
 * @property {Detail} detail
 * @property {() => void} unsubscribe
 * @property {number} count
 * @property {string | null} last
 * @property {boolean} closed
 */

const slowMs = 60;

/** Callbacks and loops, with the snapshots each has received. */
export class Subscribers {
  /** @type {Set<Subscriber>} */
  #subscribers = new Set();
  /** @type {Map<string, Detail>} the watched paths, and the detail of each */
  #watched = new Map();
  #registry;
  #activity;
  #created = 0;

  /**
   * @param {ServiceRegistry} registry
   * @param {Activity} activity
   */
  constructor(registry, activity) {
    this.#registry = registry;
    this.#activity = activity;
  }

  /** @param {string} path */
  size(path) {
    return this.#at(path).length;
  }

  /**
   * Records a following `get`: it watches too, with the children's data, unless the registry rejects it at once.
   *
   * @param {string} path
   */
  noteRead(path) {
    if (this.#registry.phase === 'stopped') return;
    this.#watched.set(path, 'data');
  }

  /** @param {string} path */
  hasLoop(path) {
    return this.#at(path).some(({ name }) => name.startsWith('loop'));
  }

  /**
   * @param {string} path
   * @param {Detail} detail
   * @param {CallbackKind} kind
   */
  addCallback(path, detail, kind) {
    const callback = (/** @type {NodeSnapshot} */ snapshot) => {
      this.#receive(subscriber, snapshot);
      if (kind === 'throwing') throw new DeliberateError('thrown on purpose');
      return kind === 'slow' ? sleep(slowMs) : undefined;
    };
    const subscriber = this.#add(path, detail, `${kind} callback`, () => {
      this.#registry.removeCallback(path, callback);
    });
    this.#registry.addCallback(path, callback, { children: detail });
  }

  /**
   * @param {string} path
   * @param {Detail} detail
   */
  openLoop(path, detail) {
    const controller = new AbortController();
    const subscriber = this.#add(path, detail, 'loop', () => controller.abort());
    void this.#run(subscriber, controller.signal);
  }

  /**
   * Removes one subscriber of `path`.
   *
   * @param {string} path
   */
  removeOne(path) {
    const [subscriber] = this.#at(path);
    if (subscriber === undefined) return;
    this.#close(subscriber);
    subscriber.unsubscribe();
  }

  /** @param {string} path */
  unwatch(path) {
    for (const subscriber of this.#at(path)) this.#close(subscriber);
    this.#watched.delete(path);
    this.#registry.unwatch(path);
  }

  /** @returns {{ views: View[], subscribers: SubscriberReport[] }} */
  report() {
    const subscribers = [...this.#subscribers].map(({ path, name, detail, count, last }) => ({
      path,
      name,
      detail,
      count,
      last,
    }));
    return { views: [...this.#watched].map(([path, detail]) => this.#view(path, detail)), subscribers };
  }

  /**
   * @param {string} path
   * @param {Detail} detail
   * @returns {View}
   */
  #view(path, detail) {
    const snapshot = this.#registry.peek(path);
    const origin = this.#registry.freshness(path)?.origin ?? 'unwatched';
    return { path, detail, origin, snapshot: snapshot === undefined ? null : canonical(snapshot) };
  }

  /**
   * @param {Subscriber} subscriber
   * @param {AbortSignal} signal
   */
  async #run(subscriber, signal) {
    try {
      const { path, detail } = subscriber;
      for await (const snapshot of this.#registry.watch(path, { children: detail, signal })) {
        this.#receive(subscriber, snapshot);
      }
    } catch {
      // Aborted, or the registry could not start: another loop is opened soon.
    } finally {
      this.#close(subscriber);
    }
  }

  /**
   * @param {string} path
   * @param {Detail} detail
   * @param {string} kind
   * @param {() => void} unsubscribe
   * @returns {Subscriber}
   */
  #add(path, detail, kind, unsubscribe) {
    this.#created += 1;
    const name = `${kind} ${this.#created}`;
    /** @type {Subscriber} */
    const subscriber = { name, path, detail, unsubscribe, count: 0, last: null, closed: false };
    this.#subscribers.add(subscriber);
    if (this.#watched.get(path) !== 'data') this.#watched.set(path, detail);
    return subscriber;
  }

  /** @param {Subscriber} subscriber */
  #close(subscriber) {
    subscriber.closed = true;
    this.#subscribers.delete(subscriber);
  }

  /**
   * @param {Subscriber} subscriber
   * @param {NodeSnapshot} snapshot
   */
  #receive(subscriber, snapshot) {
    const { name, path, closed } = subscriber;
    const value = canonical(snapshot);
    this.#activity.count('snapshots');
    if (closed) this.#activity.reportViolation(`${name} at ${path} was called after it was removed`);
    if (snapshot.path !== path) this.#activity.reportViolation(`${name} at ${path} was given ${snapshot.path}`);
    if (value === subscriber.last) this.#activity.reportViolation(`${name} at ${path} was given twice ${value}`);
    subscriber.last = value;
    subscriber.count += 1;
  }

  /** @param {string} path */
  #at(path) {
    return [...this.#subscribers].filter((subscriber) => subscriber.path === path);
  }
}
