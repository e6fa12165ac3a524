import { setTimeout as sleep } from 'node:timers/promises';
import { Rotation } from './rotation.mjs';

/** The longest wait for an answer of an instance, ms. */
const attemptMs = 2_000;
/** The time for which an instance is avoided after a failure, ms. */
const restMs = 1_000;
/** Pause between two rounds through all instances, ms. */
const pauseMs = 100;

/**
 * Sends requests to the instances of a service in turn. A request that fails is sent to the next instance, so it must be
 * idempotent, like every GET. Callers do not notice when an instance dies, is removed or added.
 */
export class ServiceClient {
  #rotation = new Rotation(restMs);
  /** The number of repeated attempts. */
  sentAgain = 0;

  /**
   * Watches the instances. One request for the first list; from then on the registry reports changes.
   *
   * @param {import('@ndsr/core').ServiceRegistry} registry
   * @param {string} path where the instances register, by `host:port`
   */
  static async open(registry, path) {
    const client = new ServiceClient();
    await registry.get(path, { callback: ({ children }) => client.#rotation.update(Object.keys(children)) });
    return client;
  }

  /**
   * Resolves to the answer of an instance, with any status except 502, 503 and 504. Rejects when there is none in time.
   *
   * @param {string} target path and query: `/greeting`
   * @param {number} [withinMs]
   */
  async get(target, withinMs = 10_000) {
    const deadline = performance.now() + withinMs;
    let tried = new Set();
    /** @type {unknown} */
    let reason;
    while (performance.now() < deadline) {
      const instance = this.#rotation.next(tried);
      if (instance === undefined) {
        // No instance is left. The registry may report a new one meanwhile.
        await sleep(pauseMs);
        tried = new Set();
        continue;
      }
      const answer = await attempt(instance, target);
      if (answer instanceof Response) return answer;
      reason = answer.reason;
      tried.add(instance);
      this.#rotation.rest(instance);
      this.sentAgain += 1;
    }
    throw new Error(`No instance answered ${target} within ${withinMs} ms`, { cause: reason });
  }
}

/**
 * @param {string} instance
 * @param {string} target
 * @returns {Promise<Response | { reason: unknown }>}
 */
async function attempt(instance, target) {
  try {
    const response = await fetch(`http://${instance}${target}`, { signal: AbortSignal.timeout(attemptMs) });
    if (![502, 503, 504].includes(response.status)) return response;
    // Read completely, so that the connection can be reused.
    return { reason: new Error(`${instance}: ${response.status} ${await response.text()}`) };
  } catch (error) {
    // Refused, reset, or timed out.
    return { reason: error };
  }
}
