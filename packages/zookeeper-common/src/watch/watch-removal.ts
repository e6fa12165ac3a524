import { ServerFeature } from './server-feature.js';

export interface WatchRemovalHost {
  /** Removes all watches of `path` itself at the servers when its turn comes, if `isUnneeded` says so then. */
  remove(path: string, isUnneeded: () => boolean): Promise<void>;
  /** Whether anybody is interested in `path`, as a root or as a child. */
  isWatched(path: string): boolean;
}

/**
 * Removes watches that nobody needs any more at the servers (3.5 and later can), which would hold them until they tell of a
 * change or the connection ends. Nobody waits for it: what fails leaves a watch whose event is ignored.
 */
export class WatchRemoval {
  readonly #host: WatchRemovalHost;
  readonly #feature = new ServerFeature(true);

  constructor(host: WatchRemovalHost) {
    this.#host = host;
  }

  /** There is a connection, and it has none of the old watches. */
  connected(): void {
    this.#feature.connected();
  }

  /** Requests go out in order: whoever needs the path before that keeps its watches, whoever comes later arms anew. */
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
