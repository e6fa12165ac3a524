import { setTimeout as sleep } from 'node:timers/promises';
import { Rotation } from './rotation.mjs';

/** An instance that does not answer for so long is taken for one that never will, ms. */
const attemptMs = 2_000;
/** What has failed is left alone for that long, ms. */
const restMs = 1_000;
/** Between two rounds through all instances, ms. */
const pauseMs = 100;

/**
 * Sends requests to the instances of a service in turn. One that an instance does not answer goes to the next: for requests
 * that may be carried out twice, as every GET may. Callers do not notice when an instance dies, leaves or comes.
 */
export class ServiceClient {
  #rotation = new Rotation(restMs);
  /** How many attempts it took beyond one for each request. */
  sentAgain = 0;

  /**
   * Follows who is there. One request of the registry, for the first list; from then on the registry tells.
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
   * The answer of some instance; of any status but 502, 503 and 504. Rejects when none has given one in time.
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
        // Nobody is left. The registry may tell of somebody new meanwhile.
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
    // Read to its end, so that the connection can be used again.
    return { reason: new Error(`${instance}: ${response.status} ${await response.text()}`) };
  } catch (error) {
    // Refused, reset, or silent.
    return { reason: error };
  }
}
