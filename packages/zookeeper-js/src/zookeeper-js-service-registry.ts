import { type RegistryOptions, ServiceRegistry } from '@ndsr/core';
import { type BackendContext, checkOptions, type OptionsShape, type RegistryBackend } from '@ndsr/core/backend';
import { parseServerList, type ServerList, ZooKeeperBackend } from '@ndsr/zookeeper-common';
import { dialPlain } from './library/plain-line.js';
import { tlsDial } from './tls/tls-line.js';
import type { TlsOptions } from './tls/tls-options.js';
import { TlsSettings } from './tls/tls-settings.js';
import { createZooKeeperJsClient } from './zookeeper-js-client.js';

export interface ZooKeeperJsRegistryOptions extends RegistryOptions {
  /**
   * The ensemble: `host[:port]`, comma-separated, IPv6 addresses in brackets, and at the end an optional chroot:
   * `zk1:2181,zk2:2181/production`. The chroot is made with the first write. Names are looked up again at each
   * attempt; an answer is used however late it comes. Where no port is given it is 2181, with `tls` 2281.
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
  /**
   * The longest reply that is accepted, in bytes, from 1 MiB up to 2 GiB; a list of 100,000 children takes about 5 MB. Servers put
   * no limit on what they send. A longer reply breaks the connection, and is a `fault` event; the registry connects again, with growing pauses.
   * @default 67_108_864
   */
  readonly maxReplyBytes?: number | undefined;
}

/** As in ZooKeeper's own documentation. */
const usualTlsPort = 2281;

/** Data of 1 MiB are what servers take by default. */
const shortestMaxReplyBytes = 1024 * 1024;
/** The length of a frame is a signed number of 32 bits. */
const longestMaxReplyBytes = 0x7fff_ffff;

const ownOptions: OptionsShape = {
  recursiveWatches: { expected: 'true or false', accepts: (value) => typeof value === 'boolean' },
  maxReplyBytes: {
    expected: `a whole number of bytes from ${shortestMaxReplyBytes} to ${longestMaxReplyBytes}`,
    accepts: (value) =>
      Number.isInteger(value) && Number(value) >= shortestMaxReplyBytes && Number(value) <= longestMaxReplyBytes,
  },
};

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
  readonly #maxReplyBytes: number | undefined;

  /** @throws {InvalidArgumentError} for an unknown option, `servers` that are not a connection string, or `tls` options that are wrong */
  constructor(options: ZooKeeperJsRegistryOptions) {
    super(options, ['servers', 'tls', ...Object.keys(ownOptions)]);
    const label = 'new ZooKeeperJsServiceRegistry';
    const { recursiveWatches, maxReplyBytes } = options;
    checkOptions(label, { recursiveWatches, maxReplyBytes }, ownOptions);
    this.#recursiveWatches = recursiveWatches ?? true;
    this.#maxReplyBytes = maxReplyBytes;
    this.#tls = TlsSettings.from(label, options.tls);
    this.#servers = parseServerList(options.servers, this.#tls && usualTlsPort);
  }

  protected override createBackend(context: BackendContext): RegistryBackend {
    const dial = this.#tls === undefined ? dialPlain : tlsDial(this.#tls);
    const environment = { dial, acquaintance: { wasGood: false }, maxReplyBytes: this.#maxReplyBytes };
    return new ZooKeeperBackend({
      name: 'zookeeper-js',
      serverList: this.#servers,
      createClient: (options) => createZooKeeperJsClient(options, environment),
      context,
      atomicReplace: true,
      recursiveWatches: this.#recursiveWatches,
      letsProcessEnd: true,
    });
  }
}
