import { type RegistryOptions, ServiceRegistry } from '@ndsr/core';
import type { BackendContext, RegistryBackend } from '@ndsr/core/backend';
import { parseServerList, type ServerList, ZooKeeperBackend } from '@ndsr/zookeeper-common';
import { loadLibrary } from './library/load-library.js';
import type { Unsettled } from './library/restricted-nodes.js';
import { refuseTls } from './no-tls.js';
import { createZooKeeperNativeClient } from './zookeeper-native-client.js';

/** The addon hands over one answer in a turn of the event loop, however many have come: see docs/decisions/0001. */
const requestsInFlight = 400;

export interface ZooKeeperNativeRegistryOptions extends RegistryOptions {
  /**
   * The ensemble: `host[:port]`, comma-separated, IPv6 addresses in brackets, and at the end an optional chroot:
   * `zk1:2181,zk2:2181/production`. The chroot is made with the first write. Names are looked up again at each
   * attempt; an answer is used however late it comes.
   */
  readonly servers: string;
  /** There is none: anything else is refused with `ERR_NDSR_UNSUPPORTED`. */
  readonly tls?: false | undefined;
}

/**
 * A service registry on ZooKeeper, through `zookeeper`, the native binding of the C client. In the main thread only.
 *
 * `start()`, and the first call, reject with an `UnsupportedError` where the addon was not built: its message says what to
 * run. In a worker thread too.
 *
 * @example
 * const registry = new ZooKeeperNativeServiceRegistry({ servers: 'zk1:2181,zk2:2181' });
 * await registry.setNode('/services/web/10.0.0.7:8080', { weight: 3 });
 */
export class ZooKeeperNativeServiceRegistry extends ServiceRegistry {
  readonly #servers: ServerList;

  /**
   * @throws {InvalidArgumentError} for an unknown option, or `servers` that are not a connection string
   * @throws {UnsupportedError} TLS is asked for
   */
  constructor(options: ZooKeeperNativeRegistryOptions) {
    super(options, ['servers', 'tls']);
    refuseTls(options.tls);
    this.#servers = parseServerList(options.servers);
  }

  protected override createBackend(context: BackendContext): RegistryBackend {
    loadLibrary();
    const unsettled = new Set<Unsettled>();
    return new ZooKeeperBackend({
      name: 'zookeeper-native',
      serverList: this.#servers,
      createClient: (options) =>
        createZooKeeperNativeClient(options, {
          clock: context.clock,
          unsettled,
          warn: (message) => context.logger.warn(message),
        }),
      context,
      requestsInFlight,
      atomicReplace: false,
      // The addon polls its socket through a handle of libuv's that it offers no way to unref.
      letsProcessEnd: false,
    });
  }
}
