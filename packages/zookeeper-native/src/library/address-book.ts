import type { NameResolver, ServerAddress } from '@ndsr/zookeeper-common';

/**
 * The servers as addresses that the library takes without asking anybody: it looks names up synchronously, at the start
 * and at every reconnect, and with a name server that is silent everything stands still for 10 s each time.
 */
export class AddressBook {
  readonly #servers: readonly ServerAddress[];
  readonly #names: NameResolver;

  constructor(servers: readonly ServerAddress[], names: NameResolver, random: () => number) {
    this.#servers = shuffled(servers, random);
    this.#names = names;
  }

  /** How many servers there are, by name. */
  get size(): number {
    return this.#servers.length;
  }

  /** `address:port` of all servers whose names are known, as soon as one is. Waits until then; never rejects. */
  async read(): Promise<readonly string[]> {
    await this.#names.ready();
    return [...new Set(this.#servers.flatMap((server) => this.#addressesOf(server)))];
  }

  /** The servers behind an address that `read` gave: several where names lead to the same one. */
  serversAt(address: string): readonly ServerAddress[] {
    return this.#servers.filter((server) => this.#addressesOf(server).includes(address));
  }

  /** An IPv6 address too is written without brackets: the library takes what follows the last colon for the port. */
  #addressesOf({ host, port }: ServerAddress): readonly string[] {
    return this.#names.addressesOf(host).map((address) => `${withoutIdleZone(address)}:${port}`);
  }
}

/** A zone means something in link-local addresses (RFC 4007). In others glibc, by which the library goes, refuses `%lo`. */
function withoutIdleZone(address: string): string {
  return /^fe[89ab]/i.test(address) ? address : address.replace(/%.*$/, '');
}

/** Fisher and Yates. */
function shuffled<T>(items: readonly T[], random: () => number): readonly T[] {
  const left = [...items];
  const result: T[] = [];
  while (left.length > 0) result.push(...left.splice(Math.floor(random() * left.length), 1));
  return result;
}
