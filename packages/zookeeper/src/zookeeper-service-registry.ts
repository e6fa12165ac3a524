import { type RegistryOptions, ServiceRegistry } from '@ndsr/core';
import { type BackendContext, checkOptions, type OptionsShape, type RegistryBackend } from '@ndsr/core/backend';
import {
  connectTls,
  parseServerList,
  type ServerList,
  type TlsOptions,
  TlsSettings,
  ZooKeeperBackend,
} from '@ndsr/zookeeper-common';
import { type BeginSasl, beginSaslOf, type SaslOptions } from './sasl/sasl-options.js';
import { connectWithoutTls } from './session/client-session.js';
import { createZooKeeperClient } from './zookeeper-client.js';

export interface ZooKeeperRegistryOptions extends RegistryOptions {
  /**
   * The ensemble: `host[:port]`, comma-separated, IPv6 addresses in brackets, and at the end an optional chroot:
   * `zk1:2181,zk2:2181/production`. The chroot is created by the first write. Names are looked up again at each
   * attempt; a late answer is still used. The default port is 2181, with `tls` 2281.
   */
  readonly servers: string;
  /**
   * Enables TLS, to servers with a `secureClientPort`: `true`, or the certificates to use. The same as a URL:
   * `zookeeper+tls://zk1:2281?caFile=/etc/zookeeper/ca.pem`. See docs/tls.md.
   *
   * A failed TLS connection is reported by a `fault` event with a `TlsError`, once until it is connected, and is the `cause`
   * of the rejection of `start()`; the registry keeps trying, as with servers that cannot be reached.
   * @default false
   */
  readonly tls?: boolean | TlsOptions | undefined;
  /**
   * Watches each service (a node whose children have none themselves) with one persistent recursive watch, if the servers
   * support it (3.6 and later): the cost of a created or deleted instance then does not depend on the number of instances.
   * Otherwise, and for all other nodes, one-shot watches are used.
   * @default true
   */
  readonly recursiveWatches?: boolean | undefined;
  /**
   * Authenticates every connection by SASL, before anything else is sent: `{ mechanism: 'DIGEST-MD5', username, password }`, or `{ mechanism,
   * step }` for any other mechanism, where `step` returns the tokens to send. In ACLs, the servers know such a client by the scheme `sasl`.
   *
   * If the servers reject it, a `fault` event is emitted, and a new session is tried, with growing pauses.
   * @default none
   */
  readonly sasl?: SaslOptions | undefined;
  /**
   * The maximum length of a reply, in bytes, from 1 MiB to 2 GiB; a list of 100,000 children has about 5 MB. Servers have no limit
   * for replies. A longer reply closes the connection and emits a `fault` event; the registry reconnects, with growing pauses.
   * @default 67_108_864
   */
  readonly maxReplyBytes?: number | undefined;
}

/** The port in ZooKeeper's own documentation. */
const defaultTlsPort = 2281;

/** Servers accept data of up to 1 MiB by default. */
const minMaxReplyBytes = 1024 * 1024;
/** The length of a frame is a signed 32-bit integer. */
const maxMaxReplyBytes = 0x7fff_ffff;

const ownOptions: OptionsShape = {
  recursiveWatches: { expected: 'true or false', accepts: (value) => typeof value === 'boolean' },
  maxReplyBytes: {
    expected: `a whole number of bytes from ${minMaxReplyBytes} to ${maxMaxReplyBytes}`,
    accepts: (value) =>
      Number.isInteger(value) && Number(value) >= minMaxReplyBytes && Number(value) <= maxMaxReplyBytes,
  },
};

/**
 * A service registry on ZooKeeper, with a client of its own for the ZooKeeper protocol.
 *
 * @example
 * const registry = new ZooKeeperServiceRegistry({ servers: 'zk1:2181,zk2:2181' });
 * await registry.setNode('/services/web/10.0.0.7:8080', { weight: 3 });
 */
export class ZooKeeperServiceRegistry extends ServiceRegistry {
  readonly #servers: ServerList;
  readonly #tls: TlsSettings | undefined;
  readonly #sasl: BeginSasl | undefined;
  readonly #recursiveWatches: boolean;
  readonly #maxReplyBytes: number | undefined;

  /** @throws {InvalidArgumentError} for an unknown option, `servers` that are not a connection string, or invalid `tls` options */
  constructor(options: ZooKeeperRegistryOptions) {
    super(options, ['servers', 'tls', 'sasl', ...Object.keys(ownOptions)]);
    const label = 'new ZooKeeperServiceRegistry';
    const { recursiveWatches, maxReplyBytes } = options;
    checkOptions(label, { recursiveWatches, maxReplyBytes }, ownOptions);
    this.#recursiveWatches = recursiveWatches ?? true;
    this.#maxReplyBytes = maxReplyBytes;
    this.#tls = TlsSettings.from(label, options.tls);
    this.#sasl = beginSaslOf(label, options.sasl);
    this.#servers = parseServerList(options.servers, this.#tls && defaultTlsPort);
  }

  protected override createBackend(context: BackendContext): RegistryBackend {
    const connect = this.#tls === undefined ? connectWithoutTls : connectTls(this.#tls);
    const environment = {
      connect,
      endpoint: { verified: false },
      maxReplyBytes: this.#maxReplyBytes,
      sasl: this.#sasl,
    };
    return new ZooKeeperBackend({
      name: 'zookeeper',
      serverList: this.#servers,
      createClient: (options) => createZooKeeperClient(options, environment),
      context,
      atomicReplace: true,
      atomicCreateAndRemove: true,
      recursiveWatches: this.#recursiveWatches,
      letsProcessEnd: true,
    });
  }
}
