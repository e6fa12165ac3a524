/** @import { ServiceRegistry } from '@ndsr/core' */

/**
 * Error codes of `fault` events that an outage causes, or a callback added just before the registry stopped. Any other is a
 * violation.
 */
const ordinaryFaults = new Set(['ERR_NDSR_NO_CONNECTION', 'ERR_NDSR_TIMEOUT', 'ERR_NDSR_STOPPED']);

/** Counters of this process, events of its registry, and everything that must never happen. */
export class Activity {
  /** @type {Map<string, number>} */
  #counts = new Map();
  /** @type {string[]} */
  #trouble = [];
  /** @type {Set<string>} */
  #registered = new Set();
  /** @type {string | null} */
  #sessionId = null;

  #log;

  /** @param {(line: string) => void} log */
  constructor(log) {
    this.#log = log;
  }

  watchProcess() {
    process.on('unhandledRejection', (reason) => this.reportViolation(`unhandled rejection: ${stackOf(reason)}`));
    process.on('uncaughtException', (error) => this.reportViolation(`uncaught exception: ${stackOf(error)}`));
    // For example, Node warns about listener leaks.
    process.on('warning', (warning) => this.reportViolation(`warning of Node: ${stackOf(warning)}`));
  }

  /** @param {ServiceRegistry} registry */
  follow(registry) {
    registry.on('phase', ({ phase, sessionId }) => {
      this.count(`phase ${phase}`);
      this.#sessionId = sessionId;
    });
    registry.on('registered', ({ path }) => void this.#registered.add(path));
    registry.on('unregistered', ({ path, reason }) => {
      this.count(`unregistered ${reason}`);
      this.#registered.delete(path);
    });
    registry.on('conflict', () => this.count('conflict'));
    registry.on('fault', ({ error }) => {
      this.count(`fault ${error.code}`);
      const isOurs = error.cause instanceof DeliberateError;
      if (!ordinaryFaults.has(error.code) && !isOurs) this.reportViolation(`fault ${error.code}: ${stackOf(error)}`);
    });
  }

  /** @param {string} what */
  count(what) {
    this.#counts.set(what, (this.#counts.get(what) ?? 0) + 1);
  }

  /** @param {string} text describes an event that must never happen */
  reportViolation(text) {
    this.#trouble.push(text);
    this.#log(`TROUBLE ${text}`);
  }

  /** @param {string} phase */
  report(phase) {
    const trouble = this.#trouble;
    this.#trouble = [];
    return {
      phase,
      sessionId: this.#sessionId,
      registered: [...this.#registered].sort(),
      trouble,
      counts: Object.fromEntries(this.#counts),
    };
  }
}

/** Thrown by callbacks on purpose. */
export class DeliberateError extends Error {}

/**
 * @param {unknown} thrown
 * @returns {string} the stack with those of all causes
 */
function stackOf(thrown) {
  if (!(thrown instanceof Error)) return String(thrown);
  return thrown.cause === undefined ? String(thrown.stack) : `${thrown.stack}\n  because of ${stackOf(thrown.cause)}`;
}
