import { InvalidArgumentError } from '@ndsr/core/backend';
import { Ensemble } from './ensemble.js';
import type { Refusal } from './fault-plan.js';

/** What a store takes. */
export interface MemoryStoreOptions {
  /** The store's time of day, ms since 1970, for `ctime` and `mtime`. @default Date.now */
  readonly now?: (() => number) | undefined;
}

const named = new Map<string, MemoryStore>();

/** What the backends of a store talk to. Not for users. */
export let ensembleOf: (store: MemoryStore) => Ensemble;

/**
 * A fake ensemble in this process: registries that share a store see each other as over one ZooKeeper, with the same
 * sessions, ephemeral nodes, versions and stats. Nothing in it uses a timer, except `delay`.
 *
 * What breaks here breaks at the call; the promises of `goDown`, `comeBack` and `expire` resolve when every registry's
 * backend has been told of it.
 */
export class MemoryStore {
  readonly #ensemble: Ensemble;

  static {
    ensembleOf = (store) => store.#ensemble;
  }

  constructor(options: MemoryStoreOptions = {}) {
    this.#ensemble = new Ensemble(options.now ?? (() => Date.now()));
  }

  /** The store of that name: one per name in this process, made at the first call and kept for good. */
  static named(name: string): MemoryStore {
    const store = named.get(name) ?? new MemoryStore();
    named.set(name, store);
    return store;
  }

  /** Whether the servers can be reached. */
  get up(): boolean {
    return this.#ensemble.up;
  }

  /** How many sessions are alive, those of registries that are cut off included. */
  get sessions(): number {
    return this.#ensemble.tree.sessions;
  }

  /** How many requests have reached the store so far: reads and writes, refused ones too, and watches as they begin. */
  get requests(): number {
    return this.#ensemble.requests;
  }

  /** The paths of all nodes except `/`, sorted. */
  dump(): string[] {
    return this.#ensemble.tree.paths();
  }

  /**
   * Breaks every connection: what is under way rejects with `ERR_NDSR_NO_CONNECTION` though it may have been carried
   * out, and so does every operation until `comeBack`. Meanwhile no session ages.
   */
  goDown(): Promise<void> {
    return this.#ensemble.goDown();
  }

  /**
   * Makes the store reachable again: every registry takes up its session, and its watches look afresh. Sessions whose
   * registry was stopped in the meantime end now, as a real server would end them after their timeout.
   */
  comeBack(): Promise<void> {
    return this.#ensemble.comeBack();
  }

  /**
   * Ends the session of a registry, as a server does that has not heard from it for too long: its ephemeral nodes go at
   * once, and the registry makes a new session by itself. While the store is down it hears of that at `comeBack`.
   *
   * @param registry a registry that was made with this store, or a `MemoryBackend`
   * @throws {InvalidArgumentError} (as a rejection) when it has no session here
   */
  expire(registry: object): Promise<void> {
    return this.#ensemble.expire(registry);
  }

  /** Refuses what matches until the returned function is called or `times` are used up. */
  refuse(refusal: Refusal): () => void {
    return this.#ensemble.faults.add(refusal);
  }

  /** Makes every answer and every watch delivery take `ms` from now on; 0 ends it, also for what is under way. */
  delay(ms: number): void {
    if (!(ms >= 0 && ms < 2 ** 31)) throw new InvalidArgumentError(`delay: expected 0 or more ms, got ${String(ms)}`);
    this.#ensemble.messages.delay(ms);
  }

  /**
   * Holds back every answer and every watch delivery until the returned function is called. Requests are still carried
   * out at once: with `goDown` while holding, a write has happened and its answer is lost.
   */
  hold(): () => void {
    return this.#ensemble.messages.hold();
  }
}
