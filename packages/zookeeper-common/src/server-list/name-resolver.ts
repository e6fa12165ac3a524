import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { CancelTimer, Clock } from '@ndsr/core/backend';
import type { ServerAddress } from '../client/zookeeper-client.js';

/** Looks up all addresses of a host name. */
export type Lookup = (host: string) => Promise<readonly string[]>;

/** The options of a `NameResolver`. */
export interface NameResolverOptions {
  /** For pauses and limits; the timers do not keep the process alive. */
  readonly clock: Clock;
  /** From 0 up to 1, like `Math.random`. */
  readonly random: () => number;
  /** @default the lookup of the operating system */
  readonly lookup?: Lookup | undefined;
  /** Receives the reason why a lookup gave no address. Names that keep earlier addresses are reported as well. */
  readonly onFailure?: ((host: string, error: Error) => void) | undefined;
}

interface HostName {
  readonly host: string;
  /** Those of the last answer that had any. */
  addresses: readonly string[];
  /** `overdue`: it takes so long that attempts no longer wait for it. */
  lookup: 'none' | 'pending' | 'overdue';
  cancelTimer: CancelTimer;
}

const nothing = (): void => undefined;

/** Longer than a working name server takes; after that, attempts use the known addresses. */
const overdueAfterMs = 250;
/** The shortest pause between two lookups of names that cannot be found, while no server has an address. */
const shortestPauseMs = 250;
const longestPauseMs = 10_000;

const systemLookup: Lookup = async (host) => (await lookup(host, { all: true })).map(({ address }) => address);

/**
 * The addresses of one session's servers. A lookup cannot be cancelled, and with a dead first name server it takes
 * 5 s (glibc's default). So it belongs to the session and not to the attempt that starts it: one per name at a time, all names in
 * parallel, and an answer is used whenever it arrives. A name that cannot be found keeps its earlier addresses.
 */
export class NameResolver {
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #lookup: Lookup;
  readonly #onFailure: (host: string, error: Error) => void;
  readonly #names: ReadonlyMap<string, HostName>;
  readonly #hasLiteral: boolean;
  readonly #waiting = new Set<() => void>();
  #cancelRetry = nothing;

  constructor(
    servers: readonly ServerAddress[],
    { clock, random, lookup = systemLookup, onFailure = nothing }: NameResolverOptions,
  ) {
    const hosts = servers.map(({ host }) => host).filter((host) => isIP(host) === 0);
    this.#clock = clock;
    this.#random = random;
    this.#lookup = lookup;
    this.#onFailure = onFailure;
    this.#names = new Map(hosts.map((host) => [host, { host, addresses: [], lookup: 'none', cancelTimer: nothing }]));
    this.#hasLiteral = hosts.length < servers.length;
  }

  /** The addresses of the last answer; none before the first one. An IP address is returned as it is. */
  addressesOf(host: string): readonly string[] {
    return this.#names.get(host)?.addresses ?? [host];
  }

  /**
   * Looks up every name again in the background. Resolves once there is an address to connect to and each name is answered or
   * overdue: at once if there are only IP addresses. Names that cannot be found are looked up again as long as a caller waits.
   */
  ready(): Promise<void> {
    this.#lookUpAll();
    if (this.#isReady) return Promise.resolve();
    if (this.#waiting.size === 0) this.#retryIn(shortestPauseMs);
    return new Promise((resolve) => this.#waiting.add(resolve));
  }

  /** Leaves no timer; promises of `ready` stay pending. Lookups in progress end by themselves. */
  stop(): void {
    this.#stopWaiting();
    for (const { cancelTimer } of this.#names.values()) cancelTimer();
  }

  get #hasAddress(): boolean {
    return this.#hasLiteral || [...this.#names.values()].some(({ addresses }) => addresses.length > 0);
  }

  get #isReady(): boolean {
    return this.#hasAddress && [...this.#names.values()].every(({ lookup }) => lookup !== 'pending');
  }

  #lookUpAll(): void {
    for (const name of this.#names.values()) if (name.lookup === 'none') this.#lookUp(name);
  }

  #lookUp(name: HostName): void {
    name.lookup = 'pending';
    name.cancelTimer = this.#clock.backgroundTimer(overdueAfterMs, () => this.#overdue(name));
    this.#lookup(name.host).then(
      (addresses) => this.#answered(name, addresses),
      (error: unknown) => this.#answered(name, [], error),
    );
  }

  #overdue(name: HostName): void {
    if (name.addresses.length === 0) this.#onFailure(name.host, new Error('no answer from the name servers yet'));
    this.#setLookup(name, 'overdue');
  }

  #answered(name: HostName, addresses: readonly string[], error?: unknown): void {
    name.cancelTimer();
    if (addresses.length > 0) name.addresses = addresses;
    else this.#onFailure(name.host, error instanceof Error ? error : new Error('its name has no address'));
    this.#setLookup(name, 'none');
  }

  #setLookup(name: HostName, lookup: HostName['lookup']): void {
    name.lookup = lookup;
    if (!this.#isReady) return;
    const waiting = [...this.#waiting];
    this.#stopWaiting();
    for (const resolve of waiting) resolve();
  }

  #stopWaiting(): void {
    this.#waiting.clear();
    this.#cancelRetry();
  }

  #retryIn(pauseMs: number): void {
    this.#cancelRetry = this.#clock.backgroundTimer(pauseMs, () => {
      if (!this.#hasAddress) this.#lookUpAll();
      this.#retryIn(shortestPauseMs + this.#random() * Math.min(pauseMs, longestPauseMs - shortestPauseMs));
    });
  }
}
