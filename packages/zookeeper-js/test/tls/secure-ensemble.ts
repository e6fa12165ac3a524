import { once } from 'node:events';
import { connect } from 'node:tls';
import type { ServiceRegistryError } from '@ndsr/core';
import {
  type Address,
  CertificateAuthority,
  type CertificateFiles,
  type CertificateRequest,
  type ServerTls,
  ZooKeeperServer,
} from '@ndsr/zookeeper-testing';
import { type TlsOptions, type ZooKeeperJsRegistryOptions, ZooKeeperJsServiceRegistry } from '../../src/index.js';

/** A server with a secure port, whose certificate and whose clients' are of one authority. */
export class Fleet implements AsyncDisposable {
  readonly authority: CertificateAuthority;
  readonly server: ZooKeeperServer;
  /** The server's certificate. It reads the file when it starts. */
  readonly theirs: CertificateFiles;
  /** That of a client. */
  readonly ours: CertificateFiles;

  private constructor(
    authority: CertificateAuthority,
    server: ZooKeeperServer,
    theirs: CertificateFiles,
    ours: CertificateFiles,
  ) {
    this.authority = authority;
    this.server = server;
    this.theirs = theirs;
    this.ours = ours;
  }

  static async start(request: CertificateRequest = {}, clientAuth: ServerTls['clientAuth'] = 'need'): Promise<Fleet> {
    const authority = await CertificateAuthority.create();
    const [theirs, ours] = await Promise.all([authority.issue(request), authority.issue({ hosts: ['client'] })]);
    const tls = { keyStore: theirs.keyStore, trustStore: authority.certificateFile, clientAuth };
    // Sessions of up to 40 s: servers take their time for TLS.
    const server = await ZooKeeperServer.start({ tickTimeMs: 2_000, tls });
    for (let handshake = 0; handshake < 20; handshake += 1) await shakeHands(server, ours);
    return new Fleet(authority, server, theirs, ours);
  }

  /** The options of a client, as files. */
  get files(): TlsOptions {
    const { certificateFile, keyFile } = this.ours;
    return { caFile: this.authority.certificateFile, certFile: certificateFile, keyFile };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server.stop();
    await this.authority[Symbol.asyncDispose]();
  }
}

/** Before its code has been compiled, a server takes seconds for a handshake on a busy machine. */
async function shakeHands({ secure }: ZooKeeperServer, { certificate, key }: CertificateFiles): Promise<void> {
  const socket = connect({ ...secure, cert: certificate, key, rejectUnauthorized: false });
  await once(socket, 'secureConnect');
  socket.destroy();
}

export function text({ host, port }: Address): string {
  return `${host}:${port}`;
}

/** A registry that records its events. */
export class WatchedRegistry extends ZooKeeperJsServiceRegistry {
  readonly faults: ServiceRegistryError[];
  readonly lines: string[];

  constructor(options: ZooKeeperJsRegistryOptions) {
    const lines: string[] = [];
    const note =
      (level: string) =>
      (...words: unknown[]): void => {
        lines.push([level, ...words].join(' '));
      };
    const logger = { debug: note('debug'), info: note('info'), warn: note('warn'), error: note('error') };
    super({ timeoutMs: 15_000, logger, ...options });
    this.lines = lines;
    this.faults = [];
    this.on('fault', ({ error }) => this.faults.push(error));
  }
}
