import type { CancelTimer, Clock } from '@ndsr/core/backend';
import { ServerFeature } from './server-feature.js';

export interface WatchRemovalHost {
  readonly clock: Clock;
  /** Removes all watches of `path` itself on the servers; `isUnneeded` is called when the request is sent. */
  remove(path: string, isUnneeded: () => boolean): Promise<void>;
  /** True if some watcher shows `path` itself, or as a child. */
  isWatched(path: string): boolean;
  /** True if the servers have a watch of `path` that nothing needs. */
  isArmed(path: string): boolean;
}

/** Many watches fire, or are needed again, a short time after they were disposed: the release of a lock deletes its watched node. */
const delayMs = 1_000;

/**
 * Removes unneeded watches on the servers (3.5 and later), which would keep them until they fire or the connection ends.
 * Failures are ignored: they leave a watch whose event is ignored.
 */
export class WatchRemoval {
  readonly #host: WatchRemovalHost;
  readonly #feature = new ServerFeature(true);
  readonly #due = new Set<string>();
  #cancelTimer: CancelTimer | undefined;

  constructor(host: WatchRemovalHost) {
    this.#host = host;
  }

  /** There is a connection, which has none of the old watches. */
  connected(): void {
    this.#due.clear();
    this.#feature.connected();
  }

  /** Removes the watches of `path` a little later, if they are still there and unneeded then. */
  add(path: string): void {
    this.#due.add(path);
    this.#cancelTimer ??= this.#host.clock.backgroundTimer(delayMs, () => {
      this.#cancelTimer = undefined;
      const due = [...this.#due];
      this.#due.clear();
      for (const unneeded of due) void this.#remove(unneeded);
    });
  }

  /** Removes nothing more, and leaves no timer. */
  stop(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    this.#due.clear();
  }

  /** Requests are sent in order: a watcher that is added before that keeps the watches, one that is added later arms its own. */
  async #remove(path: string): Promise<void> {
    if (!this.#feature.isSupported || !this.#isUnneeded(path)) return;
    let sent = false;
    try {
      await this.#host.remove(path, () => {
        sent = this.#feature.isSupported && this.#isUnneeded(path);
        return sent;
      });
      if (sent) this.#feature.answered();
    } catch (thrown) {
      this.#feature.failed(thrown, sent);
    }
  }

  #isUnneeded(path: string): boolean {
    return !this.#host.isWatched(path) && this.#host.isArmed(path);
  }
}
