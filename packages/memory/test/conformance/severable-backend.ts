import {
  type BackendWatch,
  type ConnectionObserver,
  type CreateAndRemoveOptions,
  type CreateOptions,
  NoConnectionError,
  type NodeStat,
  type RawNode,
  type ReadOptions,
  type RegistryBackend,
  type Session,
  type WatchObserver,
} from '@ndsr/core/backend';
import { MemoryBackend, type MemoryStore } from '@ndsr/memory';

/** A memory backend that can be cut off while the others stay connected, which a `MemoryStore` cannot do. */
export class SeverableBackend implements RegistryBackend {
  readonly name = 'memory';
  readonly quietMs = 0;
  readonly #sound: MemoryBackend;
  readonly #watches = new Set<SeverableWatch>();
  #observer: ConnectionObserver | undefined;
  #session: Session | undefined;
  #severed = false;

  constructor(store: MemoryStore) {
    this.#sound = new MemoryBackend(store, this);
  }

  get capabilities(): RegistryBackend['capabilities'] {
    return this.#sound.capabilities;
  }

  async sever(): Promise<void> {
    this.#severed = true;
    for (const watch of this.#watches) watch.pause();
    await undefined;
    this.#observer?.({ type: 'suspended', quietMs: 0 });
  }

  async mend(): Promise<void> {
    await undefined;
    this.#severed = false;
    if (this.#session !== undefined) this.#observer?.({ type: 'connected', session: this.#session });
    for (const watch of this.#watches) watch.begin();
  }

  connect(observer: ConnectionObserver): void {
    this.#observer = observer;
    this.#sound.connect((event) => {
      if (event.type === 'connected') this.#session = event.session;
      if (!this.#severed) observer(event);
    });
  }

  authenticate(): void {
    this.#sound.authenticate();
  }

  close(): Promise<void> {
    return this.#sound.close();
  }

  read(path: string, options: ReadOptions): Promise<RawNode> {
    return this.#ask(() => this.#sound.read(path, options));
  }

  create(path: string, options: CreateOptions): Promise<NodeStat | null> {
    return this.#ask(() => this.#sound.create(path, options));
  }

  createAndRemove(path: string, options: CreateAndRemoveOptions): Promise<NodeStat | null> {
    return this.#ask(() => this.#sound.createAndRemove(path, options));
  }

  createSequential(path: string, data: Uint8Array): Promise<string> {
    return this.#ask(() => this.#sound.createSequential(path, data));
  }

  write(path: string, data: Uint8Array, version: number): Promise<void> {
    return this.#ask(() => this.#sound.write(path, data, version));
  }

  remove(path: string, version: number): Promise<void> {
    return this.#ask(() => this.#sound.remove(path, version));
  }

  watch(path: string, options: ReadOptions, observer: WatchObserver): BackendWatch {
    const watch = new SeverableWatch(
      () => this.#sound.watch(path, options, observer),
      () => this.#watches.delete(watch),
    );
    this.#watches.add(watch);
    if (!this.#severed) watch.begin();
    return watch;
  }

  #ask<Answer>(call: () => Promise<Answer>): Promise<Answer> {
    return this.#severed ? Promise.reject(new NoConnectionError()) : call();
  }
}

/** A watch that is started again after each cut. */
class SeverableWatch implements BackendWatch {
  readonly #start: () => BackendWatch;
  readonly #onDispose: () => void;
  #running: BackendWatch | undefined;

  constructor(start: () => BackendWatch, onDispose: () => void) {
    this.#start = start;
    this.#onDispose = onDispose;
  }

  begin(): void {
    this.#running = this.#start();
  }

  pause(): void {
    this.#running?.dispose();
  }

  dispose(): void {
    this.pause();
    this.#onDispose();
  }
}
