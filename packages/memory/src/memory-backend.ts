import {
  type BackendCapabilities,
  type BackendWatch,
  type ConnectionObserver,
  type CreateAndRemoveOptions,
  type CreateOptions,
  NoConnectionError,
  type NodeStat,
  type RawNode,
  type ReadOptions,
  type RegistryBackend,
  type ServerFailure,
  type WatchObserver,
} from '@ndsr/core/backend';
import type { Ensemble } from './ensemble.js';
import type { StoreOperation } from './fault-plan.js';
import { MemorySession } from './memory-session.js';
import { ensembleOf, type MemoryStore } from './memory-store.js';
import type { NodeChange, NodeTree } from './node-tree.js';

/**
 * A registry's backend on a `MemoryStore`. Requests are executed within the call; answers and events follow in
 * microtasks. Before a write resolves, every watch that shows it has been notified, including those of other backends.
 */
export class MemoryBackend implements RegistryBackend {
  readonly name = 'memory';
  readonly capabilities: BackendCapabilities = { atomicReplace: true, letsProcessEnd: true };
  readonly quietMs = 0;
  readonly #ensemble: Ensemble;
  readonly #session: MemorySession;
  #closing: Promise<void> | undefined;

  /** @param owner the registry by which `MemoryStore.expire` finds this backend */
  constructor(store: MemoryStore, owner?: object) {
    this.#ensemble = ensembleOf(store);
    this.#session = new MemorySession(this.#ensemble);
    this.#ensemble.register(this, this.#session);
    if (owner !== undefined) this.#ensemble.register(owner, this.#session);
  }

  get serverFailures(): readonly ServerFailure[] {
    return this.#ensemble.up ? [] : [{ server: 'memory store', error: new Error('the memory store is down') }];
  }

  connect(observer: ConnectionObserver): void {
    this.#session.connect(observer);
  }

  authenticate(): void {
    // There is no access control.
  }

  close(): Promise<void> {
    this.#closing ??= this.#session.close();
    return this.#closing;
  }

  read(path: string, options: ReadOptions): Promise<RawNode> {
    return this.#ask('read', path, (tree) => tree.read(path, options.children));
  }

  create(path: string, { kind, data, replacing }: CreateOptions): Promise<NodeStat | null> {
    return this.#create(path, (tree, sessionId) => {
      const owner = kind === 'ephemeral' ? sessionId : 0n;
      return replacing === null ? tree.create(path, data, owner) : tree.replace(path, replacing, data, owner);
    });
  }

  createAndRemove(path: string, { kind, data, removing }: CreateAndRemoveOptions): Promise<NodeStat | null> {
    return this.#create(path, (tree, sessionId) =>
      tree.createAndRemove(path, data, kind === 'ephemeral' ? sessionId : 0n, removing),
    );
  }

  createSequential(path: string, data: Uint8Array): Promise<string> {
    return this.#ask('create', path, (tree, sessionId) => {
      const made = tree.nextInSequence(path);
      this.#ensemble.notifyWatches(tree.create(made, data, sessionId));
      return made;
    });
  }

  write(path: string, data: Uint8Array, version: number): Promise<void> {
    return this.#change('write', path, (tree) => tree.write(path, data, version));
  }

  remove(path: string, version: number): Promise<void> {
    return this.#change('remove', path, (tree) => tree.remove(path, version));
  }

  watch(path: string, options: ReadOptions, observer: WatchObserver): BackendWatch {
    if (this.#closing !== undefined) return endedWatch;
    return this.#ensemble.watch(this.#session, path, options.children, observer);
  }

  /** Resolves to the stat of the node that was created at `path`. */
  #create(path: string, run: (tree: NodeTree, sessionId: bigint) => readonly NodeChange[]): Promise<NodeStat | null> {
    return this.#ask('create', path, (tree, sessionId) => {
      this.#ensemble.notifyWatches(run(tree, sessionId));
      return tree.read(path, 'none').stat;
    });
  }

  #change(
    operation: StoreOperation,
    path: string,
    run: (tree: NodeTree, sessionId: bigint) => readonly NodeChange[],
  ): Promise<void> {
    return this.#ask(operation, path, (tree, sessionId) => this.#ensemble.notifyWatches(run(tree, sessionId)));
  }

  #ask<Answer>(
    operation: StoreOperation,
    path: string,
    run: (tree: NodeTree, sessionId: bigint) => Answer,
  ): Promise<Answer> {
    const { connected, sessionId } = this.#session;
    if (!connected || sessionId === undefined) {
      return Promise.reject(new NoConnectionError('Not connected to the memory store', { path }));
    }
    return this.#ensemble.send(this.#session, operation, path, () => run(this.#ensemble.tree, sessionId));
  }
}

const endedWatch: BackendWatch = {
  dispose() {
    // The watch has never started.
  },
};
