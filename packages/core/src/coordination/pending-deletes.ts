import type { RegistryBackend, Session } from '../backend/registry-backend.js';
import { toRegistryError } from '../errors/background-errors.js';
import { NoConnectionError, TimeoutError } from '../errors/connection-errors.js';
import { BadVersionError, NoNodeError } from '../errors/node-errors.js';
import type { ServiceRegistryError } from '../errors/service-registry-error.js';
import { childOf } from '../node/path.js';
import type { CancelTimer, Clock } from '../time/clock.js';

/** Ephemeral nodes of ours that shall go: one whose path is known, or all below `parent` whose names begin so. */
export type PendingDelete = { readonly sessionId: bigint } & (
  | { readonly path: string }
  | { readonly parent: string; readonly prefix: string }
);

export interface PendingDeletesHost {
  readonly clock: Clock;
  backend(): RegistryBackend | undefined;
  /** The session of this moment; undefined unless connected. */
  session(): Session | undefined;
  fault(error: ServiceRegistryError): void;
}

const shortestRetryMs = 1_000;
const longestRetryMs = 30_000;

/** Removes what must not stay, and does not rest before it is gone or its session is over. */
export class PendingDeletes {
  readonly #host: PendingDeletesHost;
  readonly #items = new Set<PendingDelete>();
  #cancelRetry: CancelTimer | undefined;
  #retries = 0;

  constructor(host: PendingDeletesHost) {
    this.#host = host;
  }

  /** True when it is gone; false when that cannot be said yet: it is tried again until it can. */
  async remove(item: PendingDelete): Promise<boolean> {
    this.#items.add(item);
    const gone = await this.#tryToRemove(item);
    if (gone) this.#items.delete(item);
    if (this.#items.size === 0) this.#retries = 0;
    return gone;
  }

  /** There is a connection: what could not be removed before is removed now. */
  retry(): void {
    this.#cancelRetry?.();
    this.#cancelRetry = undefined;
    for (const item of [...this.#items]) void this.remove(item);
  }

  /** The session ends, and all of it with it. */
  clear(): void {
    this.#items.clear();
    this.#cancelRetry?.();
    this.#cancelRetry = undefined;
  }

  async #tryToRemove(item: PendingDelete): Promise<boolean> {
    const backend = this.#host.backend();
    const session = this.#host.session();
    if (backend === undefined || session === undefined) return false;
    // It went with its session.
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
    return Math.min(longestRetryMs, shortestRetryMs * 2 ** (this.#retries - 1));
  }
}

async function pathsOf(backend: RegistryBackend, item: PendingDelete): Promise<readonly string[]> {
  if ('path' in item) return [item.path];
  await awaitEarlierWrites(backend, childOf(item.parent, item.prefix));
  const { children } = await backend.read(item.parent, { children: 'names' });
  return [...children.keys()].filter((name) => name.startsWith(item.prefix)).map((name) => childOf(item.parent, name));
}

/**
 * Resolves when everything that our session has sent before is carried out, or never will be: a write goes the whole way
 * through the servers' leader behind it, also when the connection changed servers in between. This one changes nothing.
 */
export async function awaitEarlierWrites(backend: RegistryBackend, absentPath: string): Promise<void> {
  await removeNode(backend, absentPath);
}

/** Somebody who writes into the node faster than this is waited for. */
const maxAttempts = 5;

/** Whatever its version is by now, since a stranger may have written into it. */
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
