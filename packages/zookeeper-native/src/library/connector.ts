import { setImmediate as nextTurn } from 'node:timers/promises';
import type { CancelTimer, Clock, Credentials } from '@ndsr/core/backend';
import type { AddressBook } from './address-book.js';
import { Attempts } from './attempts.js';
import type { FailureReporter } from './failure-reporter.js';
import { LibraryHandle, type SessionKey } from './library-handle.js';
import type { LibraryModule } from './library-types.js';

export interface ConnectorOptions {
  readonly load: () => LibraryModule;
  readonly book: AddressBook;
  readonly clock: Clock;
  readonly random: () => number;
  readonly timeoutMs: number;
  /** The credentials at the moment of each attempt. */
  readonly credentials: () => readonly Credentials[];
  /** The session to resume; null for a new one. */
  readonly resume: SessionKey | null;
  /** The number of the latest connections of the session in a row that broke soon after they were made. */
  readonly shortLived: number;
  /** The number of connections that the session has had: each begins with another server. */
  readonly connections: number;
  readonly failures: Pick<FailureReporter, 'failed' | 'timedOut' | 'notTaken'>;
  readonly observer: ConnectorObserver;
}

interface ConnectorObserver {
  /** Called from inside the library. The connector is done. */
  connected(handle: LibraryHandle, addresses: readonly string[]): void;
  /** The servers have expired the session. The connector is done. */
  ended(): void;
  /** The library cannot be loaded: no event follows. */
  failed(error: Error): void;
}

/** The attempt in progress. */
interface ConnectAttempt {
  readonly handle: LibraryHandle;
  readonly address: string;
  readonly timeoutMs: number;
  readonly until: number;
}

/** How often to check whether the attempt has failed: the library reports only success. */
const pollEveryMs = 20;

/**
 * Connects a handle. Each attempt has a handle of its own, to one server, and looks names up again: the library itself
 * would retry only every third of the session timeout, and with the old addresses.
 */
export class Connector {
  readonly #options: ConnectorOptions;
  readonly #attempts: Attempts;
  #cancel: CancelTimer = () => undefined;
  #handle: LibraryHandle | null = null;
  #stopped = false;

  constructor(options: ConnectorOptions) {
    const { timeoutMs, random, book, clock, resume, shortLived, connections } = options;
    const startedAt = clock.now();
    this.#options = options;
    this.#attempts = new Attempts(timeoutMs, book.size, random, {
      mayBeAlive: () => resume !== null && clock.now() - startedAt < timeoutMs,
      isReturning: resume !== null,
      passes: shortLived,
      first: connections,
    });
    this.#schedule();
  }

  /** Adds credentials to the attempt in progress. */
  authenticate(credentials: Credentials): void {
    this.#handle?.authenticate(credentials);
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel();
    this.#handle?.abandon();
    this.#handle = null;
  }

  #schedule(): void {
    this.#cancel = this.#options.clock.timer(this.#attempts.pauseMs(), () => void this.#connect());
  }

  async #connect(): Promise<void> {
    const { load, book, observer } = this.#options;
    try {
      const Library = load();
      const addresses = await book.read();
      // Never in the microtasks of a callback of the library: another handle may be closing its socket at that moment. Our socket
      // would get the same file descriptor while libuv still has it as the other's.
      await nextTurn();
      if (!this.#stopped) this.#open(Library, addresses);
    } catch (error) {
      this.stop();
      observer.failed(error instanceof Error ? error : new Error(String(error)));
    }
  }

  #open(Library: LibraryModule, known: readonly string[]): void {
    const { addresses, timeoutMs } = this.#attempts.next(known);
    const [address] = addresses;
    if (address === undefined) {
      this.#schedule();
      return;
    }
    const handle = new LibraryHandle(Library, this.#options.clock);
    this.#handle = handle;
    handle.observe({
      connected: () => {
        this.#release();
        this.#options.observer.connected(handle, addresses);
      },
      ended: () => {
        this.#release();
        this.#options.observer.ended();
      },
      disconnected: () => undefined,
      watch: () => undefined,
    });
    const { timeoutMs: sessionTimeoutMs, resume, credentials, clock, failures } = this.#options;
    if (handle.open({ address, sessionTimeoutMs, resume, credentials: credentials() })) {
      this.#poll({ handle, address, timeoutMs, until: clock.now() + timeoutMs });
    } else {
      this.#giveUp(handle);
      failures.notTaken(address);
    }
  }

  /** The handle belongs to the observer, or is dead. */
  #release(): void {
    this.#cancel();
    this.#stopped = true;
    this.#handle = null;
  }

  #poll(attempt: ConnectAttempt): void {
    const { clock, failures } = this.#options;
    const { handle, address, timeoutMs, until } = attempt;
    this.#cancel = clock.timer(pollEveryMs, () => {
      const hasFailed = handle.isBetweenAttempts;
      if (!hasFailed && clock.now() <= until) {
        this.#poll(attempt);
        return;
      }
      this.#giveUp(handle);
      if (hasFailed) failures.failed(address);
      else failures.timedOut(address, timeoutMs);
    });
  }

  #giveUp(handle: LibraryHandle): void {
    this.#handle = null;
    handle.abandon();
    this.#schedule();
  }
}
