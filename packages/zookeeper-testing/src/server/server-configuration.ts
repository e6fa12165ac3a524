/** One server's place in an ensemble. */
export interface QuorumMember {
  readonly id: number;
  readonly quorumPort: number;
  readonly electionPort: number;
}

/** The certificates of a server's secure port, and the ones that it expects from clients. */
export interface ServerTls {
  /** A PEM file with a private key (PKCS #8) and its certificates. Read when the server starts. */
  readonly keyStore: string;
  /** A PEM file with the certificates of the authorities that may have issued clients' certificates. */
  readonly trustStore: string;
  /** Requires a client certificate, accepts one, or does not request it. @default 'need' */
  readonly clientAuth?: 'need' | 'want' | 'none';
}

/** The content of a server's configuration file, apart from its folder. */
export interface ServerConfiguration {
  readonly host: string;
  readonly port: number;
  readonly tickTimeMs: number;
  readonly minSessionTimeoutMs?: number;
  readonly maxSessionTimeoutMs?: number;
  /** A second port, for TLS. */
  readonly secure?: ServerTls & { readonly port: number };
  /** All members, and the id of this one. Omitted for a standalone server. */
  readonly quorum?: { readonly id: number; readonly members: readonly QuorumMember[] };
}

// How long a follower may take to join and copy the data: a machine that starts three JVMs at once is slow.
const JOIN_LIMIT_MS = 10_000;
// A follower that is this far behind, or a leader that is silent for this long, is dropped.
const SYNC_LIMIT_MS = 2_000;

/** Returns the text of `zoo.cfg`. */
export function renderConfiguration(configuration: ServerConfiguration, dataDir: string): string {
  const { host, port, tickTimeMs, minSessionTimeoutMs, maxSessionTimeoutMs } = configuration;
  const lines = [
    `dataDir=${dataDir}`,
    `clientPort=${port}`,
    `clientPortAddress=${host}`,
    `tickTime=${tickTimeMs}`,
    'maxClientCnxns=0',
    'admin.enableServer=false',
    '4lw.commands.whitelist=*',
    'extendedTypesEnabled=true',
    // SIGKILL loses no written data, only a power cut would; waiting for the disk just makes tests slow.
    'forceSync=no',
  ];
  if (minSessionTimeoutMs !== undefined) lines.push(`minSessionTimeout=${minSessionTimeoutMs}`);
  if (maxSessionTimeoutMs !== undefined) lines.push(`maxSessionTimeout=${maxSessionTimeoutMs}`);
  return [...lines, ...secureLines(configuration), ...quorumLines(configuration)].map((line) => `${line}\n`).join('');
}

function secureLines({ host, secure }: ServerConfiguration): string[] {
  if (secure === undefined) return [];
  return [
    // The default one has no TLS.
    'serverCnxnFactory=org.apache.zookeeper.server.NettyServerCnxnFactory',
    `secureClientPort=${secure.port}`,
    `secureClientPortAddress=${host}`,
    `ssl.keyStore.location=${secure.keyStore}`,
    'ssl.keyStore.type=PEM',
    `ssl.trustStore.location=${secure.trustStore}`,
    'ssl.trustStore.type=PEM',
    `ssl.clientAuth=${secure.clientAuth ?? 'need'}`,
  ];
}

function quorumLines({ host, tickTimeMs, quorum }: ServerConfiguration): string[] {
  if (quorum === undefined) return [];
  return [
    `initLimit=${Math.ceil(JOIN_LIMIT_MS / tickTimeMs)}`,
    `syncLimit=${Math.ceil(SYNC_LIMIT_MS / tickTimeMs)}`,
    ...quorum.members.map(({ id, quorumPort, electionPort }) => `server.${id}=${host}:${quorumPort}:${electionPort}`),
  ];
}
