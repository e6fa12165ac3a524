import { parentOf } from '@ndsr/core/backend';
import { errorNumbers } from '../client/zookeeper-error.js';
import { isErrorNumber } from '../errors/error-table.js';
import { ServerFeature } from './server-feature.js';

export interface RecursiveWatchesHost {
  /** Arms one at the servers, before anything that is asked for later; `wanted` says whether to, when its turn comes. */
  arm(path: string, wanted: () => boolean): Promise<void>;
  /** Ends one at the servers, if it is there. */
  disarm(path: string): void;
  /** Whoever did without a watch on `path` has to arm one. */
  gone(path: string): void;
}

/**
 * The recursive watches of a backend, by the registry's paths: which there are, through breaks and new sessions, and
 * whether the servers have such watches at all (3.6 and later do). Where they have not, nodes are watched one by one.
 */
export class RecursiveWatches {
  readonly #host: RecursiveWatchesHost;
  readonly #paths = new Set<string>();
  /** Nodes of many levels, where it would tell too much. */
  readonly #refused = new Set<string>();
  readonly #feature: ServerFeature;

  /** @param possible false where the client library or the user has none */
  constructor(possible: boolean, host: RecursiveWatchesHost) {
    this.#feature = new ServerFeature(possible);
    this.#host = host;
  }

  has(path: string): boolean {
    return this.#paths.has(path);
  }

  /** From now on everything from `path` downwards is told of, where that is possible. The root's would be of all there is. */
  add(path: string): void {
    if (!this.#feature.isSupported || path === '/' || this.#paths.has(path) || this.#refused.has(path)) return;
    this.#paths.add(path);
    void this.#arm(path);
  }

  /** It is not wanted any more. */
  remove(path: string): void {
    if (!this.#paths.delete(path)) return;
    this.#host.disarm(path);
    this.#host.gone(path);
  }

  /** As `remove`, and not to be added again as long as anybody is interested. */
  refuse(path: string): void {
    if (!this.#feature.isSupported) return;
    this.#refused.add(path);
    this.remove(path);
  }

  /** Nobody is interested in `path` any more. */
  forget(path: string): void {
    this.#refused.delete(path);
    this.remove(path);
  }

  /** Something happened at `path`, which is too deep where it is below a child. */
  changed(path: string): void {
    const above = parentOf(parentOf(path) ?? '/');
    if (above !== undefined && this.#paths.has(above)) this.refuse(above);
  }

  /** There is a connection, and it has none of them yet. */
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
      if (!this.#feature.isSupported) this.#giveUp();
      // After a lost connection the next one asks again.
      else if (!isErrorNumber(thrown, errorNumbers.connectionLoss)) this.refuse(path);
    }
  }

  #giveUp(): void {
    for (const path of [...this.#paths]) this.remove(path);
  }
}
