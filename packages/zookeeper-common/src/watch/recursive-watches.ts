import { parentOf } from '@ndsr/core/backend';
import { errorNumbers } from '../client/zookeeper-error.js';
import { isErrorNumber } from '../errors/error-table.js';
import { ServerFeature } from './server-feature.js';

export interface RecursiveWatchesHost {
  /** Arms a watch on the servers, before any later request; `isWanted` is called when it is sent. */
  arm(path: string, isWanted: () => boolean): Promise<void>;
  /** Removes a watch on the servers, if there is one. */
  disarm(path: string): void;
  /** The recursive watch of `path` was removed: watchers that relied on it must arm their own. */
  onRemoved(path: string): void;
}

/**
 * The recursive watches of a backend, by the registry's paths. They are armed again after disconnects and in new sessions.
 * Servers before 3.6 do not support them; then nodes are watched one by one.
 */
export class RecursiveWatches {
  readonly #host: RecursiveWatchesHost;
  readonly #paths = new Set<string>();
  /** Nodes with several levels below, where it would report too much. */
  readonly #refused = new Set<string>();
  readonly #feature: ServerFeature;

  /** @param possible false if the client library has none, or the user disabled them */
  constructor(possible: boolean, host: RecursiveWatchesHost) {
    this.#feature = new ServerFeature(possible);
    this.#host = host;
  }

  has(path: string): boolean {
    return this.#paths.has(path);
  }

  /** Watches `path` and everything below, if possible. Never the root: that would report every node. */
  add(path: string): void {
    if (!this.#feature.isSupported || path === '/' || this.#paths.has(path) || this.#refused.has(path)) return;
    this.#paths.add(path);
    void this.#arm(path);
  }

  /** Removes the watch of `path`. */
  remove(path: string): void {
    if (!this.#paths.delete(path)) return;
    this.#host.disarm(path);
    this.#host.onRemoved(path);
  }

  /** Removes the watch of `path`, and does not add it again until `forget`. */
  refuse(path: string): void {
    if (!this.#feature.isSupported) return;
    this.#refused.add(path);
    this.remove(path);
  }

  /** No watcher of `path` is left. */
  forget(path: string): void {
    this.#refused.delete(path);
    this.remove(path);
  }

  /** Called for each event. An event below a child means that there are several levels: the watch is refused. */
  changed(path: string): void {
    const above = parentOf(parentOf(path) ?? '/');
    if (above !== undefined && this.#paths.has(above)) this.refuse(above);
  }

  /** There is a connection, which has none of the watches yet. */
  connected(): void {
    this.#feature.connected();
    for (const path of this.#paths) void this.#arm(path);
  }

  async #arm(path: string): Promise<void> {
    let sent = false;
    try {
      await this.#host.arm(path, () => {
        sent = this.#paths.has(path);
        return sent;
      });
      this.#feature.answered();
    } catch (thrown) {
      this.#feature.failed(thrown, sent);
      if (!this.#feature.isSupported) this.#removeAll();
      // After a connection loss the next connection arms it again.
      else if (!isErrorNumber(thrown, errorNumbers.connectionLoss)) this.refuse(path);
    }
  }

  #removeAll(): void {
    for (const path of [...this.#paths]) this.remove(path);
  }
}
