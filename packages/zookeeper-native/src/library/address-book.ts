import { type NameResolver, type ServerAddress, shuffled } from '@ndsr/zookeeper-common';

/**
 * The servers as addresses, for which the library needs no name lookup: its lookups are synchronous, at the start
 * and at every reconnect, and a silent name server would block the event loop for 10 s each time.
 */
export class AddressBook {
  readonly #servers: readonly ServerAddress[];
  readonly #names: NameResolver;

  constructor(servers: readonly ServerAddress[], names: NameResolver, random: () => number) {
    this.#servers = shuffled(servers, random);
    this.#names = names;
  }

  /** The number of configured servers. */
  get size(): number {
    return this.#servers.length;
  }

  /** Resolves to the `address:port` of every server whose name is resolved, once there is one. Never rejects. */
  async read(): Promise<readonly string[]> {
    await this.#names.ready();
    return [...new Set(this.#servers.flatMap((server) => this.#addressesOf(server)))];
  }

  /** The servers at an address that `read` returned: several if their names resolve to the same address. */
  serversAt(address: string): readonly ServerAddress[] {
    return this.#servers.filter((server) => this.#addressesOf(server).includes(address));
  }

  /** IPv6 addresses are written without brackets, too: the library takes the text after the last colon as the port. */
  #addressesOf({ host, port }: ServerAddress): readonly string[] {
    return this.#names.addressesOf(host).map((address) => `${withoutIdleZone(address)}:${port}`);
  }
}

/** A zone is meaningful in link-local addresses only (RFC 4007). In others glibc, which the library uses, rejects `%lo`. */
function withoutIdleZone(address: string): string {
  return /^fe[89ab]/i.test(address) ? address : address.replace(/%.*$/, '');
}
