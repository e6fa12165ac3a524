import { checkPath, InvalidArgumentError, InvalidPathError, kindOf } from '@ndsr/core/backend';
import type { ServerAddress } from '../client/zookeeper-client.js';

/** The servers of the ensemble, and the chroot (`/` for none). */
export interface ServerList {
  readonly servers: readonly ServerAddress[];
  readonly chroot: string;
}

const defaultServerPort = 2181;

/**
 * Parses ZooKeeper's connection string: `host[:port]`, comma-separated, IPv6 addresses in brackets, then an optional
 * chroot at the end: `zk1:2181,[::1]:2182/production`. `defaultPort` is used for servers without a port.
 *
 * @throws {InvalidArgumentError} with the invalid entry and the expected format
 */
export function parseServerList(text: unknown, defaultPort = defaultServerPort): ServerList {
  if (typeof text !== 'string' || text === '') throw noString(text);
  if (text.includes('@')) throw credentialsInside();
  const slash = text.indexOf('/');
  const hosts = slash === -1 ? text : text.slice(0, slash);
  const servers = hosts.split(',').map((entry) => parseServer(entry.trim(), text, defaultPort));
  return { servers, chroot: slash === -1 ? '/' : parseChroot(text.slice(slash), text) };
}

/** Formats an address: `zk1:2181`, `[::1]:2181`. */
export function formatAddress({ host, port }: ServerAddress): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

function parseServer(entry: string, text: string, defaultPort: number): ServerAddress {
  const match = /^(?:\[([0-9a-fA-F:.%\w]+)\]|([^:[\]\s@]+))(?::(\d+))?$/.exec(entry);
  const host = match?.[1] ?? match?.[2];
  if (match === null || host === undefined) {
    const hint =
      entry === '' ? 'there is an empty entry' : `'${entry}' is not host:port (IPv6 in brackets: [::1]:2181)`;
    throw invalid(text, hint);
  }
  const port = match[3] === undefined ? defaultPort : Number(match[3]);
  if (port < 1 || port > 65_535) throw invalid(text, `port ${match[3]} is not between 1 and 65535`);
  return { host, port };
}

function parseChroot(chroot: string, text: string): string {
  // A path may contain a comma; here it is nearly always a second chroot, and only one is allowed.
  if (chroot.includes(',')) throw invalid(text, 'the chroot comes once, after the last server');
  try {
    return checkPath(chroot);
  } catch (cause) {
    if (!(cause instanceof InvalidPathError)) throw cause;
    throw invalid(text, `the chroot is no valid path: ${cause.message}`);
  }
}

function noString(value: unknown): InvalidArgumentError {
  const what = value === undefined ? 'missing' : value === '' ? 'empty' : kindOf(value);
  return new InvalidArgumentError(
    `option 'servers' is ${what}; expected one string, such as 'zk1:2181,zk2:2181/chroot'`,
  );
}

/** Quotes nothing: the text before an '@' may be a password. */
function credentialsInside(): InvalidArgumentError {
  return new InvalidArgumentError(
    "option 'servers' contains an '@'; expected host:port,host:port/chroot. Credentials go into 'username' and 'password'",
  );
}

function invalid(text: string, why: string): InvalidArgumentError {
  return new InvalidArgumentError(`servers ${JSON.stringify(text)}: ${why}; expected host:port,host:port/chroot`);
}
