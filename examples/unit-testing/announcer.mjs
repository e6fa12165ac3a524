import { NoConnectionError } from '@ndsr/core';

/** Keeps an instance listed for as long as its health check passes. */
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

  /** Checks at once, and then again and again. */
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
      // Neither sends anything when it is so already.
      if (healthy) await this.#registry.setNode(this.#path);
      else await this.#registry.unset(this.#path);
    } catch (error) {
      // What stands is kept up by the registry, and what failed is due again at the next check.
      if (!(error instanceof NoConnectionError)) throw error;
    }
  }
}
