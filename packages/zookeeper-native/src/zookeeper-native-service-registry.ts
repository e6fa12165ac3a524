import { type RegistryOptions, ServiceRegistry } from '@ndsr/core';
import type { BackendContext, RegistryBackend } from '@ndsr/core/backend';
import { parseServerList, type ServerList, ZooKeeperBackend } from '@ndsr/zookeeper-common';
import { loadLibrary } from './library/load-library.js';
import type { UnsettledNode } from './library/restricted-nodes.js';
import { rejectNativeTls } from './no-tls.js';
import { createZooKeeperNativeClient } from './zookeeper-native-client.js';

/** The addon delivers one answer per turn of the event loop, however many have arrived: see docs/decisions/0001. */
const requestsInFlight = 400;

export interface ZooKeeperNativeRegistryOptions extends RegistryOptions {
  /**
   * The ensemble: `host[:port]`, comma-separated, IPv6 addresses in brackets, and at the end an optional chroot:
   * `zk1:2181,zk2:2181/production`. The chroot is created by the first write. Names are looked up again at each
   * attempt; a late answer is still used.
   */
  readonly servers: string;
  /** TLS is not supported: any other value is rejected with `ERR_NDSR_UNSUPPORTED`. */
  readonly tls?: false | undefined;
}

/**
 * A service registry on ZooKeeper, through `zookeeper`, the native binding of the C client. In the main thread only.
 *
 * `start()`, and the first call, reject with an `UnsupportedError` if the addon was not built, whose message contains the command
 * to run, and in a worker thread.
 *
 * @example
 * const registry = new ZooKeeperNativeServiceRegistry({ servers: 'zk1:2181,zk2:2181' });
 * await registry.setNode('/services/web/10.0.0.7:8080', { weight: 3 });
 */
export class ZooKeeperNativeServiceRegistry extends ServiceRegistry {
  readonly #servers: ServerList;

  /**
   * @throws {InvalidArgumentError} for an unknown option, or `servers` that are not a connection string
   * @throws {UnsupportedError} if TLS is requested
   */
  constructor(options: ZooKeeperNativeRegistryOptions) {
    super(options, ['servers', 'tls']);
    rejectNativeTls(options.tls);
    this.#servers = parseServerList(options.servers);
  }

  protected override createBackend(context: BackendContext): RegistryBackend {
    loadLibrary();
    const unsettled = new Set<UnsettledNode>();
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
