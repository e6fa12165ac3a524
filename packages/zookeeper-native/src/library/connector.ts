import { setImmediate as nextTurn } from 'node:timers/promises';
import type { CancelTimer, Clock, Credentials } from '@ndsr/core/backend';
import type { AddressBook } from './address-book.js';
import { Attempts } from './attempts.js';
import type { FailureReporter } from './failure-reporter.js';
import { LibraryHandle, type SessionKey } from './handle.js';
import type { LibraryModule } from './library-types.js';

export interface DiallerOptions {
  readonly load: () => LibraryModule;
  readonly book: AddressBook;
  readonly clock: Clock;
  readonly random: () => number;
  readonly timeoutMs: number;
  /** Who to be, at the moment of each attempt. */
  readonly credentials: () => readonly Credentials[];
  /** The session to go on with; null for a new one. */
  readonly resume: SessionKey | null;
  /** How many connections of the session broke as soon as they were made, the last ones in a row. */
  readonly shortLived: number;
  /** How many connections the session has had: each begins with another server. */
  readonly connections: number;
  readonly failures: Pick<FailureReporter, 'failed' | 'timedOut' | 'notTaken'>;
  readonly observer: DiallerObserver;
}

interface DiallerObserver {
  /** Called from inside the library. The dialler has done its work. */
  connected(handle: LibraryHandle, addresses: readonly string[]): void;
  /** The servers know the session no more. The dialler has done its work. */
  ended(): void;
  /** The library cannot be had: nothing will follow. */
  failed(error: Error): void;
}

/** An attempt that is going on. */
interface Dial {
  readonly handle: LibraryHandle;
  readonly address: string;
  readonly patienceMs: number;
  readonly until: number;
}

/** How often to look whether an attempt has failed: the library tells only of one that succeeds. */
const lookEveryMs = 20;

/**
 * Gets a handle connected. Each attempt is a handle of its own, to one server, with names looked up anew: left alone, the
 * library would try again only each third of the session timeout, and with the old addresses.
 */
export class Dialler {
  readonly #options: DiallerOptions;
  readonly #attempts: Attempts;
  #cancel: CancelTimer = () => undefined;
  #handle: LibraryHandle | null = null;
  #stopped = false;

  constructor(options: DiallerOptions) {
    const { timeoutMs, random, book, clock, resume, shortLived, connections } = options;
    const startedAt = clock.now();
    this.#options = options;
    this.#attempts = new Attempts(timeoutMs, book.size, random, {
      mayBeAlive: () => resume !== null && clock.now() - startedAt < timeoutMs,
      isReturning: resume !== null,
      passes: shortLived,
      first: connections,
    });
    this.#wait();
  }

  /** The attempt that is going on is made as those too. */
  authenticate(credentials: Credentials): void {
    this.#handle?.authenticate(credentials);
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel();
    this.#handle?.abandon();
    this.#handle = null;
  }

  #wait(): void {
    this.#cancel = this.#options.clock.timer(this.#attempts.pauseMs(), () => void this.#dial());
  }

  async #dial(): Promise<void> {
    const { load, book, observer } = this.#options;
    try {
      const Library = load();
      const addresses = await book.read();
      // Never in the microtasks of a callback of the library: another handle may be closing its socket around it, whose number
      // would be given to ours while libuv still has it as the other's.
      await nextTurn();
      if (!this.#stopped) this.#open(Library, addresses);
    } catch (error) {
      this.stop();
      observer.failed(error instanceof Error ? error : new Error(String(error)));
    }
  }

  #open(Library: LibraryModule, known: readonly string[]): void {
    const { addresses, patienceMs } = this.#attempts.next(known);
    const [address] = addresses;
    if (address === undefined) {
      this.#wait();
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
      this.#look({ handle, address, patienceMs, until: clock.now() + patienceMs });
    } else {
      this.#giveUp(handle);
      failures.notTaken(address);
    }
  }

  /** The handle is somebody else's, or dead. */
  #release(): void {
    this.#cancel();
    this.#stopped = true;
    this.#handle = null;
  }

  #look(dial: Dial): void {
    const { clock, failures } = this.#options;
    const { handle, address, patienceMs, until } = dial;
    this.#cancel = clock.timer(lookEveryMs, () => {
      const hasFailed = handle.isBetweenAttempts;
      if (!hasFailed && clock.now() <= until) {
        this.#look(dial);
        return;
      }
      this.#giveUp(handle);
      if (hasFailed) failures.failed(address);
      else failures.timedOut(address, patienceMs);
    });
  }

  #giveUp(handle: LibraryHandle): void {
    this.#handle = null;
    handle.abandon();
    this.#wait();
  }
}
