import type { RegistryBackend, Session } from '../backend/registry-backend.js';
import { toRegistryError } from '../errors/background-errors.js';
import { NoConnectionError, TimeoutError } from '../errors/connection-errors.js';
import { BadVersionError, NoNodeError } from '../errors/node-errors.js';
import type { ServiceRegistryError } from '../errors/service-registry-error.js';
import { childOf } from '../node/path.js';
import { backoffMs } from '../time/backoff.js';
import type { CancelTimer, Clock } from '../time/clock.js';

/** Our ephemeral nodes to delete: the one at `path`, or all children of `parent` whose names begin with `prefix`. */
export type PendingDelete = { readonly sessionId: bigint } & (
  | { readonly path: string }
  | { readonly parent: string; readonly prefix: string }
);

export interface PendingDeletesHost {
  readonly clock: Clock;
  backend(): RegistryBackend | undefined;
  /** The current session; undefined unless connected. */
  session(): Session | undefined;
  fault(error: ServiceRegistryError): void;
}

const retryPause = { firstMs: 1_000, longestMs: 30_000 };

/** Deletes nodes that must not remain, and retries until they are gone or their session has ended. */
export class PendingDeletes {
  readonly #host: PendingDeletesHost;
  readonly #items = new Set<PendingDelete>();
  #cancelRetry: CancelTimer | undefined;
  #retries = 0;

  constructor(host: PendingDeletesHost) {
    this.#host = host;
  }

  /** True once it is gone; false if that is not known yet: the deletion is then retried in the background. */
  async remove(item: PendingDelete): Promise<boolean> {
    this.#items.add(item);
    const gone = await this.#tryToRemove(item);
    if (gone) this.#items.delete(item);
    if (this.#items.size === 0) this.#retries = 0;
    return gone;
  }

  /** Retries all pending deletions; called when a connection is established. */
  retry(): void {
    this.#cancelRetry?.();
    this.#cancelRetry = undefined;
    for (const item of [...this.#items]) void this.remove(item);
  }

  /** Drops all pending deletions, because the nodes end with their session. */
  clear(): void {
    this.#items.clear();
    this.#cancelRetry?.();
    this.#cancelRetry = undefined;
  }

  async #tryToRemove(item: PendingDelete): Promise<boolean> {
    const backend = this.#host.backend();
    const session = this.#host.session();
    if (backend === undefined || session === undefined) return false;
    // The node ended with its session.
    if (session.id !== item.sessionId) return true;
    try {
      for (const path of await pathsOf(backend, item)) await removeNode(backend, path);
      return true;
    } catch (error) {
      this.#onFailure(error);
      return false;
    }
  }

  #onFailure(error: unknown): void {
    // The next connection calls `retry`.
    if (!(error instanceof NoConnectionError || error instanceof TimeoutError))
      this.#host.fault(toRegistryError(error));
    this.#cancelRetry ??= this.#host.clock.backgroundTimer(this.#pauseMs(), () => this.retry());
  }

  #pauseMs(): number {
    this.#retries += 1;
    return backoffMs(this.#retries - 1, retryPause);
  }
}

async function pathsOf(backend: RegistryBackend, item: PendingDelete): Promise<readonly string[]> {
  if ('path' in item) return [item.path];
  await awaitEarlierWrites(backend, childOf(item.parent, item.prefix));
  const { children } = await backend.read(item.parent, { children: 'names' });
  return [...children.keys()].filter((name) => name.startsWith(item.prefix)).map((name) => childOf(item.parent, name));
}

/**
 * Resolves once all earlier writes of our session have been applied, or never will be: a later write passes through the
 * servers' leader behind them, even if the connection changed servers in between. This write changes nothing.
 */
export async function awaitEarlierWrites(backend: RegistryBackend, absentPath: string): Promise<void> {
  await removeNode(backend, absentPath);
}

/** Attempts before the deletion is postponed because another client keeps modifying the node. */
const maxAttempts = 5;

/** Removes the node at any version, because another client may have modified it. */
async function removeNode(backend: RegistryBackend, path: string): Promise<void> {
  let version = 0;
  for (let attempts = 1; ; attempts += 1) {
    try {
      await backend.remove(path, version);
      return;
    } catch (error) {
      if (error instanceof NoNodeError) return;
      if (!(error instanceof BadVersionError) || attempts === maxAttempts) throw error;
    }
    const { stat } = await backend.read(path, { children: 'none' });
    if (stat === null) return;
    version = stat.version;
  }
}
