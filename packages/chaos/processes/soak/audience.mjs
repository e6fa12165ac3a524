import { setTimeout as sleep } from 'node:timers/promises';
import { canonical } from '../../soak/canonical.mjs';
import { DeliberateError } from './activity.mjs';

/** @import { NodeSnapshot, ServiceRegistry } from '@ndsr/core' */
/** @import { SubscriberReport, View } from '../../soak/protocol.mjs' */
/** @import { Activity } from './activity.mjs' */

/** @typedef {'data' | 'names'} Detail */
/** @typedef {'quick' | 'slow' | 'throwing'} Manner how a callback behaves */

/**
 * @typedef {object} Subscriber
 * @property {string} name
 * @property {string} path
 * @property {Detail} detail
 * @property {() => void} leave
 * @property {number} count
 * @property {string | null} last
 * @property {boolean} closed
 */

const slowMs = 60;

/** Callbacks and loops, and what each was given. */
export class Audience {
  /** @type {Set<Subscriber>} */
  #subscribers = new Set();
  /** @type {Map<string, Detail>} what the registry watches, and how much of it */
  #watched = new Map();
  #registry;
  #activity;
  #made = 0;

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
   * A `get` that follows watches too, and the children's data, unless it is refused at once.
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
   * @param {Manner} manner
   */
  addCallback(path, detail, manner) {
    const callback = (/** @type {NodeSnapshot} */ snapshot) => {
      this.#receive(subscriber, snapshot);
      if (manner === 'throwing') throw new DeliberateError('thrown on purpose');
      return manner === 'slow' ? sleep(slowMs) : undefined;
    };
    const subscriber = this.#enter(path, detail, `${manner} callback`, () => {
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
    const subscriber = this.#enter(path, detail, 'loop', () => controller.abort());
    void this.#run(subscriber, controller.signal);
  }

  /**
   * One of those at `path` leaves.
   *
   * @param {string} path
   */
  removeOne(path) {
    const [subscriber] = this.#at(path);
    if (subscriber === undefined) return;
    this.#close(subscriber);
    subscriber.leave();
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
      // It was left, or the registry could not be started: another one is opened soon.
    } finally {
      this.#close(subscriber);
    }
  }

  /**
   * @param {string} path
   * @param {Detail} detail
   * @param {string} kind
   * @param {() => void} leave
   * @returns {Subscriber}
   */
  #enter(path, detail, kind, leave) {
    this.#made += 1;
    const name = `${kind} ${this.#made}`;
    /** @type {Subscriber} */
    const subscriber = { name, path, detail, leave, count: 0, last: null, closed: false };
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
    if (closed) this.#activity.trouble(`${name} at ${path} was called after it had left`);
    if (snapshot.path !== path) this.#activity.trouble(`${name} at ${path} was given ${snapshot.path}`);
    if (value === subscriber.last) this.#activity.trouble(`${name} at ${path} was given twice ${value}`);
    subscriber.last = value;
    subscriber.count += 1;
  }

  /** @param {string} path */
  #at(path) {
    return [...this.#subscribers].filter((subscriber) => subscriber.path === path);
  }
}
