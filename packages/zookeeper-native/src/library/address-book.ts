import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { Clock } from '@ndsr/core/backend';
import type { ServerAddress } from '@ndsr/zookeeper-common';

/** All addresses of a host name. */
export type Lookup = (host: string) => Promise<readonly string[]>;

const lookUpAll: Lookup = async (host) => (await lookup(host, { all: true })).map(({ address }) => address);

/** Longer than any answer that is worth waiting for; the name may be known by the next attempt. */
const longestLookupMs = 5_000;

/**
 * The servers as addresses that the library takes without asking anybody: it looks names up synchronously, at the start
 * and at every reconnect, and with a name server that is silent everything stands still for 10 s each time.
 */
export class AddressBook {
  readonly #servers: readonly ServerAddress[];
  readonly #clock: Clock;
  readonly #lookup: Lookup;

  constructor(servers: readonly ServerAddress[], clock: Clock, random: () => number, lookup: Lookup = lookUpAll) {
    this.#servers = shuffled(servers, random);
    this.#clock = clock;
    this.#lookup = lookup;
  }

  /** How many servers there are, by name. */
  get size(): number {
    return this.#servers.length;
  }

  /** Whether the addresses can change at all. */
  get hasNames(): boolean {
    return this.#servers.some(({ host }) => isIP(host) === 0);
  }

  /** `address:port` of all servers whose names are known at the moment. Never rejects. */
  async read(): Promise<readonly string[]> {
    const found = await Promise.all(this.#servers.map((server) => this.#addressesOf(server)));
    return [...new Set(found.flat())];
  }

  async #addressesOf({ host, port }: ServerAddress): Promise<readonly string[]> {
    // An IPv6 address too is written without brackets: the library takes what follows the last colon for the port.
    if (isIP(host) !== 0) return [`${host}:${port}`];
    return (await this.#lookUp(host)).map((address) => `${address}:${port}`);
  }

  #lookUp(host: string): Promise<readonly string[]> {
    return new Promise((resolve) => {
      const cancel = this.#clock.timer(longestLookupMs, () => resolve([]));
      const done = (addresses: readonly string[]): void => {
        cancel();
        resolve(addresses);
      };
      // A name that is not known may be known later: it is tried again, as a server that is down is.
      this.#lookup(host).then(done, () => done([]));
    });
  }
}

/** Fisher and Yates. */
function shuffled<T>(items: readonly T[], random: () => number): readonly T[] {
  const left = [...items];
  const result: T[] = [];
  while (left.length > 0) result.push(...left.splice(Math.floor(random() * left.length), 1));
  return result;
}
