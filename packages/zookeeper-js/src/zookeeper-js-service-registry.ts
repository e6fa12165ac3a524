import { type RegistryOptions, ServiceRegistry } from '@ndsr/core';
import { type BackendContext, InvalidArgumentError, type RegistryBackend } from '@ndsr/core/backend';
import { parseServerList, type ServerList, ZooKeeperBackend } from '@ndsr/zookeeper-common';
import { dialPlain } from './library/plain-line.js';
import { tlsDial } from './tls/tls-line.js';
import type { TlsOptions } from './tls/tls-options.js';
import { TlsSettings } from './tls/tls-settings.js';
import { createZooKeeperJsClient } from './zookeeper-js-client.js';

export interface ZooKeeperJsRegistryOptions extends RegistryOptions {
  /**
   * The ensemble: `host[:port]`, comma-separated, IPv6 addresses in brackets, and at the end an optional chroot:
   * `zk1:2181,zk2:2181/production`. The chroot is made with the first write. Names are resolved at each attempt. Where no
   * port is given it is 2181, with `tls` 2281.
   */
  readonly servers: string;
  /**
   * TLS, to servers with a `secureClientPort`: `true`, or with which certificates. The same as a URL:
   * `zookeeper-js+tls://zk1:2281?caFile=/etc/zookeeper/ca.pem`. See docs/tls.md.
   *
   * What is wrong with a connection then is a `fault` event with a `TlsError`, once until it is connected, and is what
   * `start()` rejects with as `cause`; the registry goes on trying, as with servers that cannot be reached.
   * @default false
   */
  readonly tls?: boolean | TlsOptions | undefined;
  /**
   * Whether to watch each service, a node whose children have none themselves, with one persistent recursive watch, where the
   * servers have such (3.6 and later): an instance that comes or goes then costs the same however many there are. Elsewhere, and
   * for all other nodes, one-shot watches are used as without it.
   * @default true
   */
  readonly recursiveWatches?: boolean | undefined;
}

/** As in ZooKeeper's own documentation. */
const usualTlsPort = 2281;

/**
 * A service registry on ZooKeeper, through the pure JavaScript client `node-zookeeper-client`.
 *
 * @example
 * const registry = new ZooKeeperJsServiceRegistry({ servers: 'zk1:2181,zk2:2181' });
 * await registry.setNode('/services/web/10.0.0.7:8080', { weight: 3 });
 */
export class ZooKeeperJsServiceRegistry extends ServiceRegistry {
  readonly #servers: ServerList;
  readonly #tls: TlsSettings | undefined;
  readonly #recursiveWatches: boolean;

  /** @throws {InvalidArgumentError} for an unknown option, `servers` that are not a connection string, or `tls` options that are wrong */
  constructor(options: ZooKeeperJsRegistryOptions) {
    super(options, ['servers', 'tls', 'recursiveWatches']);
    const label = 'new ZooKeeperJsServiceRegistry';
    const { recursiveWatches = true } = options;
    if (typeof recursiveWatches !== 'boolean') {
      throw new InvalidArgumentError(
        `${label}: option 'recursiveWatches' is ${typeof recursiveWatches}; expected a boolean`,
      );
    }
    this.#recursiveWatches = recursiveWatches;
    this.#tls = TlsSettings.from(label, options.tls);
    this.#servers = parseServerList(options.servers, this.#tls && usualTlsPort);
  }

  protected override createBackend(context: BackendContext): RegistryBackend {
    const dial = this.#tls === undefined ? dialPlain : tlsDial(this.#tls);
    const acquaintance = { wasGood: false };
    return new ZooKeeperBackend({
      name: 'zookeeper-js',
      serverList: this.#servers,
      createClient: (options) => createZooKeeperJsClient(options, { dial, acquaintance }),
      context,
      atomicReplace: true,
      recursiveWatches: this.#recursiveWatches,
      letsProcessEnd: true,
    });
  }
}
