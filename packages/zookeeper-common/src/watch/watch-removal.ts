import { ServerFeature } from './server-feature.js';

export interface WatchRemovalHost {
  /** Removes all watches of `path` itself on the servers; `isUnneeded` is called when the request is sent. */
  remove(path: string, isUnneeded: () => boolean): Promise<void>;
  /** True if some watcher shows `path` itself, or as a child. */
  isWatched(path: string): boolean;
}

/**
 * Removes unneeded watches on the servers (3.5 and later), which would keep them until they fire or the connection ends.
 * Failures are ignored: they leave a watch whose event is ignored.
 */
export class WatchRemoval {
  readonly #host: WatchRemovalHost;
  readonly #feature = new ServerFeature(true);

  constructor(host: WatchRemovalHost) {
    this.#host = host;
  }

  /** There is a connection, which has none of the old watches. */
  connected(): void {
    this.#feature.connected();
  }

  /** Requests are sent in order: a watcher that is added before that keeps the watches, one that is added later arms its own. */
  async remove(path: string): Promise<void> {
    if (!this.#feature.isSupported) return;
    let sent = false;
    try {
      await this.#host.remove(path, () => {
        sent = this.#feature.isSupported && !this.#host.isWatched(path);
        return sent;
      });
      if (sent) this.#feature.answered();
    } catch (thrown) {
      this.#feature.failed(thrown, sent);
    }
  }
}
