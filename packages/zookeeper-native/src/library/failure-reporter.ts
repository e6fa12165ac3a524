import type { Clock } from '@ndsr/core/backend';
import type { ServerFailureListener } from '@ndsr/zookeeper-common';
import type { AddressBook } from './address-book.js';
import type { Probe, StartProbe } from './probe.js';

export interface FailureReporterOptions {
  readonly book: Pick<AddressBook, 'serversAt'>;
  readonly clock: Clock;
  readonly startProbe: StartProbe;
  readonly report: ServerFailureListener;
}

/** Limits the probes: a server that refuses must not get two connections for each attempt. */
const probeEveryMs = 1_000;

/** Reports why connections to servers fail. The library gives no reasons: unknown ones are found by a probe. */
export class FailureReporter {
  readonly #options: FailureReporterOptions;
  readonly #probes = new Set<Probe>();
  readonly #probedAt = new Map<string, number>();
  #stopped = false;

  constructor(options: FailureReporterOptions) {
    this.#options = options;
  }

  /** The attempt timed out after `ms`. */
  timedOut(address: string, ms: number): void {
    this.#report(address, new Error(`no answer within ${Math.round(ms)} ms`));
  }

  /** The library rejected the address. */
  notTaken(address: string): void {
    this.#report(address, new Error('the C client does not take the address'));
  }

  /** The attempt failed in the library. */
  failed(address: string): void {
    const now = this.#options.clock.now();
    const probedAt = this.#probedAt.get(address);
    if (this.#stopped || (probedAt !== undefined && now - probedAt < probeEveryMs)) return;
    this.#probedAt.set(address, now);
    // Deferred, since the library is closing its socket at this moment: ours must not get the same file descriptor.
    setImmediate(() => this.#probe(address));
  }

  /** The connection ended. */
  disconnected(address: string): void {
    this.#report(address, new Error('the connection broke; the C client gives no reason'));
  }

  /** Stops reporting, and leaves no socket. */
  stop(): void {
    this.#stopped = true;
    for (const probe of this.#probes) probe.stop();
    this.#probes.clear();
  }

  #probe(address: string): void {
    if (this.#stopped) return;
    const probe = this.#options.startProbe(address, (error) => {
      this.#probes.delete(probe);
      this.#report(address, error);
    });
    this.#probes.add(probe);
  }

  #report(address: string, error: Error): void {
    if (this.#stopped) return;
    for (const server of this.#options.book.serversAt(address)) this.#options.report(server, error);
  }
}
