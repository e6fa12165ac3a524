import type { CancelTimer, Clock } from '../time/clock.js';
import type { Connection } from './connection.js';

export interface KeepAliveOptions {
  readonly clock: Clock;
  readonly connection: Connection;
  /** Always or never; undefined: while there is a reason. */
  readonly keepAlive: boolean | undefined;
}

/** Any delay works: the timer only has to exist. */
const delayMs = 2 ** 31 - 1;

/**
 * Keeps the process alive while the registry is open and there is a reason. It uses one timer, because the sockets and timers
 * of a backend do not keep the process alive. Calls that wait have their own timers.
 */
export class KeepAlive {
  readonly #options: KeepAliveOptions;
  readonly #reasons = new Set<object>();
  #cancel: CancelTimer | undefined;

  constructor(options: KeepAliveOptions) {
    this.#options = options;
    options.connection.subscribe(() => this.#update());
  }

  /** Adds `reason` while `active`; removes it otherwise. */
  set(reason: object, active: boolean): void {
    if (active) this.#reasons.add(reason);
    else this.#reasons.delete(reason);
    this.#update();
  }

  #update(): void {
    if (!this.#isNeeded) {
      this.#cancel?.();
      this.#cancel = undefined;
    } else if (this.#cancel === undefined) {
      this.#hold();
    }
  }

  get #isNeeded(): boolean {
    const { connection, keepAlive } = this.#options;
    const { phase } = connection;
    return phase !== 'idle' && phase !== 'stopped' && (keepAlive ?? this.#reasons.size > 0);
  }

  #hold(): void {
    this.#cancel = this.#options.clock.timer(delayMs, () => this.#hold());
  }
}
