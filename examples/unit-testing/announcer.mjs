import { NoConnectionError } from '@ndsr/core';

/** Keeps an instance listed while its health check passes. */
export class Announcer {
  #registry;
  #path;
  #isHealthy;
  #everyMs;
  /** @type {NodeJS.Timeout | undefined} */
  #timer;

  /**
   * @param {import('@ndsr/core').ServiceRegistry} registry
   * @param {string} path where the instance is listed: `/services/web/10.0.0.7:8080`
   * @param {() => Promise<boolean>} isHealthy
   * @param {number} [everyMs]
   */
  constructor(registry, path, isHealthy, everyMs = 5_000) {
    this.#registry = registry;
    this.#path = path;
    this.#isHealthy = isHealthy;
    this.#everyMs = everyMs;
  }

  /** Checks at once, and then repeatedly. */
  async start() {
    await this.#check();
    this.#timer = setInterval(() => this.#check(), this.#everyMs);
  }

  async stop() {
    clearInterval(this.#timer);
    await this.#registry.unset(this.#path);
  }

  async #check() {
    const healthy = await this.#isHealthy().catch(() => false);
    try {
      // Neither sends anything when nothing changes.
      if (healthy) await this.#registry.setNode(this.#path);
      else await this.#registry.unset(this.#path);
    } catch (error) {
      // The registry keeps existing registrations alive; a failed call is repeated at the next check.
      if (!(error instanceof NoConnectionError)) throw error;
    }
  }
}
