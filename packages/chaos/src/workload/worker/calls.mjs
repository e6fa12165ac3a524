/** @import { PendingCall } from './protocol.mjs' */
/** @import { Activity } from './activity.mjs' */

/** Error codes that calls may reject with during faults. Any other is a violation. */
const ordinaryRejections = new Set(['ERR_NDSR_NO_CONNECTION', 'ERR_NDSR_TIMEOUT', 'ERR_NDSR_STOPPED']);

const tickMs = 1_000;

/** Tracks every call of this process to its registry and detects calls that do not end. */
export class Calls {
  /** @type {Set<{ readonly call: string, readonly since: number, reported: boolean }>} */
  #pending = new Set();
  #activity;
  #mostTicks;
  #ticks = 0;

  /**
   * @param {Activity} activity
   * @param {number} timeoutMs session timeout; a request may take twice that, and a call makes several requests
   */
  constructor(activity, timeoutMs) {
    this.#activity = activity;
    this.#mostTicks = Math.ceil((8 * timeoutMs) / tickMs);
    // Ticks instead of time: a stopped or blocked process cannot end a call.
    setInterval(() => this.#tick(), tickMs).unref();
  }

  /**
   * @template T
   * @param {string} call description
   * @param {() => Promise<T>} start
   * @returns {Promise<{ ok: true, value: T } | { ok: false }>}
   */
  async make(call, start) {
    const pending = { call, since: this.#ticks, reported: false };
    this.#pending.add(pending);
    try {
      return { ok: true, value: await start() };
    } catch (error) {
      this.#refused(call, error);
      return { ok: false };
    } finally {
      this.#pending.delete(pending);
    }
  }

  /** @returns {PendingCall[]} */
  pending() {
    return [...this.#pending].map(({ call, since }) => ({ call, forTicks: this.#ticks - since }));
  }

  /**
   * @param {string} call
   * @param {unknown} error
   */
  #refused(call, error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    this.#activity.count(`rejected ${code}`);
    if (ordinaryRejections.has(code)) return;
    const detail = error instanceof Error ? `${error.stack} cause: ${error.cause}` : '';
    this.#activity.reportViolation(`${call} rejected with ${code}: ${detail}`);
  }

  #tick() {
    this.#ticks += 1;
    for (const pending of this.#pending) {
      if (pending.reported || this.#ticks - pending.since <= this.#mostTicks) continue;
      pending.reported = true;
      this.#activity.reportViolation(`${pending.call} has not ended after ${this.#ticks - pending.since} s`);
    }
  }
}
