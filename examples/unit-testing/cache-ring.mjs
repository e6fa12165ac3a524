import { createHash } from 'node:crypto';

/** Selects the cache server for a key: the same one in every process that sees the same servers. */
export class CacheRing {
  #registry;
  #path;

  /**
   * @param {import('@ndsr/core').ServiceRegistry} registry
   * @param {string} path where the cache servers register
   */
  constructor(registry, path) {
    this.#registry = registry;
    this.#path = path;
  }

  /** Reads the servers. From then on the registry keeps the list up to date. */
  async start() {
    await this.#registry.get(this.#path);
  }

  /**
   * The server with the highest score for the key: when one is removed, only its keys move. Undefined while there is no
   * server: then the caller uses the database.
   *
   * @param {string} key
   */
  serverFor(key) {
    const servers = Object.keys(this.#registry.peek(this.#path)?.children ?? {});
    const [first, ...others] = servers.map((server) => ({ server, score: scoreOf(server, key) }));
    return others.reduce((best, other) => (other.score > best.score ? other : best), first ?? none).server;
  }
}

/** @type {{ server: string | undefined, score: string }} */
const none = { server: undefined, score: '' };

/**
 * @param {string} server
 * @param {string} key
 */
function scoreOf(server, key) {
  return createHash('sha1').update(`${server}\n${key}`).digest('hex');
}
