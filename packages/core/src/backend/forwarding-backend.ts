import type { NodeStat } from '../node/node-stat.js';
import type { Credentials } from '../options/credentials.js';
import type { RawNode } from './raw-node.js';
import type {
  BackendCapabilities,
  BackendWatch,
  ConnectionObserver,
  CreateAndRemove,
  CreateOptions,
  ReadOptions,
  RegistryBackend,
  ServerFailure,
  WatchObserver,
} from './registry-backend.js';

/** Forwards every call to the inner backend. A wrapper overrides only what it changes. */
export class ForwardingBackend implements RegistryBackend {
  protected readonly inner: RegistryBackend;

  constructor(inner: RegistryBackend) {
    this.inner = inner;
  }

  get name(): string {
    return this.inner.name;
  }

  get capabilities(): BackendCapabilities {
    return this.inner.capabilities;
  }

  get quietMs(): number {
    return this.inner.quietMs;
  }

  get serverFailures(): readonly ServerFailure[] | undefined {
    return this.inner.serverFailures;
  }

  connect(observer: ConnectionObserver): void {
    this.inner.connect(observer);
  }

  authenticate(credentials: Credentials): void {
    this.inner.authenticate(credentials);
  }

  close(): Promise<void> {
    return this.inner.close();
  }

  read(path: string, options: ReadOptions): Promise<RawNode> {
    return this.inner.read(path, options);
  }

  create(path: string, options: CreateOptions): Promise<NodeStat | null> {
    return this.inner.create(path, options);
  }

  /** Undefined if the inner backend has none. */
  get createAndRemove(): CreateAndRemove | undefined {
    const { inner } = this;
    return inner.createAndRemove?.bind(inner);
  }

  createSequential(path: string, data: Uint8Array): Promise<string> {
    return this.inner.createSequential(path, data);
  }

  write(path: string, data: Uint8Array, version: number): Promise<void> {
    return this.inner.write(path, data, version);
  }

  remove(path: string, version: number): Promise<void> {
    return this.inner.remove(path, version);
  }

  watch(path: string, options: ReadOptions, observer: WatchObserver): BackendWatch {
    return this.inner.watch(path, options, observer);
  }
}
