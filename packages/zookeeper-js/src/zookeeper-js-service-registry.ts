import { type RegistryOptions, ServiceRegistry } from '@ndsr/core';
import type { BackendContext, RegistryBackend } from '@ndsr/core/backend';
import { parseServerList, type ServerList, ZooKeeperBackend } from '@ndsr/zookeeper-common';
import { createZooKeeperJsClient } from './zookeeper-js-client.js';

export interface ZooKeeperJsRegistryOptions extends RegistryOptions {
  /**
   * The ensemble: `host[:port]`, comma-separated, IPv6 addresses in brackets, and at the end an optional chroot:
   * `zk1:2181,zk2:2181/production`. The chroot is made with the first write. Names are resolved at each attempt.
   */
  readonly servers: string;
}

/**
 * A service registry on ZooKeeper, through the pure JavaScript client `node-zookeeper-client`.
 *
 * @example
 * const registry = new ZooKeeperJsServiceRegistry({ servers: 'zk1:2181,zk2:2181' });
 * await registry.setNode('/services/web/10.0.0.7:8080', { weight: 3 });
 */
export class ZooKeeperJsServiceRegistry extends ServiceRegistry {
  readonly #servers: ServerList;

  /** @throws {InvalidArgumentError} for an unknown option, or `servers` that are not a connection string */
  constructor(options: ZooKeeperJsRegistryOptions) {
    super(options, ['servers']);
    this.#servers = parseServerList(options.servers);
  }

  protected override createBackend(context: BackendContext): RegistryBackend {
    return new ZooKeeperBackend({
      name: 'zookeeper-js',
      serverList: this.#servers,
      createClient: createZooKeeperJsClient,
      context,
      atomicReplace: true,
      letsProcessEnd: true,
    });
  }
}
