/** @import { ServiceRegistry } from '@ndsr/core' */

/**
 * Faults that an outage brings with it, and a callback that was added just before the registry was stopped. Any other is a
 * finding.
 */
const ordinaryFaults = new Set(['ERR_NDSR_NO_CONNECTION', 'ERR_NDSR_TIMEOUT', 'ERR_NDSR_STOPPED']);

/** What this process counts, what its registry tells by itself, and what must never happen. */
export class Activity {
  /** @type {Map<string, number>} */
  #counts = new Map();
  /** @type {string[]} */
  #trouble = [];
  /** @type {Set<string>} */
  #standing = new Set();
  /** @type {string | null} */
  #sessionId = null;

  #log;

  /** @param {(line: string) => void} log */
  constructor(log) {
    this.#log = log;
  }

  watchProcess() {
    process.on('unhandledRejection', (reason) => this.trouble(`unhandled rejection: ${stackOf(reason)}`));
    process.on('uncaughtException', (error) => this.trouble(`uncaught exception: ${stackOf(error)}`));
    // Node warns of listeners that pile up, for one.
    process.on('warning', (warning) => this.trouble(`warning of Node: ${stackOf(warning)}`));
  }

  /** @param {ServiceRegistry} registry */
  follow(registry) {
    registry.on('phase', ({ phase, sessionId }) => {
      this.count(`phase ${phase}`);
      this.#sessionId = sessionId;
    });
    registry.on('registered', ({ path }) => void this.#standing.add(path));
    registry.on('unregistered', ({ path, reason }) => {
      this.count(`unregistered ${reason}`);
      this.#standing.delete(path);
    });
    registry.on('conflict', () => this.count('conflict'));
    registry.on('fault', ({ error }) => {
      this.count(`fault ${error.code}`);
      const isOurs = error.cause instanceof DeliberateError;
      if (!ordinaryFaults.has(error.code) && !isOurs) this.trouble(`fault ${error.code}: ${stackOf(error)}`);
    });
  }

  /** @param {string} what */
  count(what) {
    this.#counts.set(what, (this.#counts.get(what) ?? 0) + 1);
  }

  /** @param {string} text what must never happen */
  trouble(text) {
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
      standing: [...this.#standing].sort(),
      trouble,
      counts: Object.fromEntries(this.#counts),
    };
  }
}

/** What a callback throws on purpose. */
export class DeliberateError extends Error {}

/**
 * @param {unknown} thrown
 * @returns {string} with all that lay beneath
 */
function stackOf(thrown) {
  if (!(thrown instanceof Error)) return String(thrown);
  return thrown.cause === undefined ? String(thrown.stack) : `${thrown.stack}\n  because of ${stackOf(thrown.cause)}`;
}
