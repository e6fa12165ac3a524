import { InvalidArgumentError } from '@ndsr/core/backend';
import { Ensemble } from './ensemble.js';
import type { Refusal } from './fault-plan.js';

/** Options of a `MemoryStore`. */
export interface MemoryStoreOptions {
  /** The store's wall-clock time, ms since 1970, for `ctime` and `mtime`. @default Date.now */
  readonly now?: (() => number) | undefined;
}

const named = new Map<string, MemoryStore>();

/** The ensemble that the backends of a store talk to. Internal. */
export let ensembleOf: (store: MemoryStore) => Ensemble;

/**
 * A fake ensemble in this process: registries that share a store see each other as on one ZooKeeper, with the same
 * sessions, ephemeral nodes, versions and stats. It uses no timers, except for `delay`.
 *
 * Faults take effect during the call; the promises of `goDown`, `comeBack` and `expire` resolve once the backend of
 * every registry has been notified.
 */
export class MemoryStore {
  readonly #ensemble: Ensemble;

  static {
    ensembleOf = (store) => store.#ensemble;
  }

  constructor(options: MemoryStoreOptions = {}) {
    this.#ensemble = new Ensemble(options.now ?? (() => Date.now()));
  }

  /** Returns the store of that name: one per name in this process, created at the first call and kept forever. */
  static named(name: string): MemoryStore {
    const store = named.get(name) ?? new MemoryStore();
    named.set(name, store);
    return store;
  }

  /** True while the servers can be reached. */
  get up(): boolean {
    return this.#ensemble.up;
  }

  /** The number of live sessions, including those of registries that are cut off. */
  get sessions(): number {
    return this.#ensemble.tree.sessions;
  }

  /**
   * The number of requests that have reached the store: reads and writes, including refused ones, and watches when they
   * start.
   */
  get requests(): number {
    return this.#ensemble.requests;
  }

  /** The paths of all nodes except `/`, sorted. */
  dump(): string[] {
    return this.#ensemble.tree.paths();
  }

  /**
   * Breaks every connection: operations in flight reject with `ERR_NDSR_NO_CONNECTION`, although they may have been
   * executed, and so does every operation until `comeBack`. No session expires in the meantime.
   */
  goDown(): Promise<void> {
    return this.#ensemble.goDown();
  }

  /**
   * Makes the store reachable again: every registry resumes its session, and its watches read again. Sessions whose
   * registry was stopped in the meantime end now, as a real server would end them after their timeout.
   */
  comeBack(): Promise<void> {
    return this.#ensemble.comeBack();
  }

  /**
   * Expires the session of a registry, like a server that has not received anything from it for too long: its ephemeral
   * nodes are deleted at once, and the registry opens a new session by itself. While the store is down, the registry is
   * notified at `comeBack`.
   *
   * @param registry a registry that was created with this store, or a `MemoryBackend`
   * @throws {InvalidArgumentError} (as a rejection) it has no session here
   */
  expire(registry: object): Promise<void> {
    return this.#ensemble.expire(registry);
  }

  /** Refuses matching operations until the returned function is called or `times` is used up. */
  refuse(refusal: Refusal): () => void {
    return this.#ensemble.faults.add(refusal);
  }

  /** Delays every answer and every watch delivery by `ms` from now on; 0 ends the delay, also for those in flight. */
  delay(ms: number): void {
    if (!(ms >= 0 && ms < 2 ** 31)) throw new InvalidArgumentError(`delay: expected 0 or more ms, got ${String(ms)}`);
    this.#ensemble.messages.delay(ms);
  }

  /**
   * Holds back every answer and every watch delivery until the returned function is called. Requests are still executed
   * immediately: with `goDown` in the meantime, a write has happened and its answer is lost.
   */
  hold(): () => void {
    return this.#ensemble.messages.hold();
  }
}
