/** The address of a TCP server. A `ZooKeeperServer` and a `FaultProxy` are addresses themselves. */
export interface Address {
  /** An IP address or a name; IPv6 without brackets. */
  readonly host: string;
  readonly port: number;
}

/** Returns `127.0.0.1:2181` or `[::1]:2181`: the form that ZooKeeper clients accept. */
export function formatHostPort({ host, port }: Address): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
