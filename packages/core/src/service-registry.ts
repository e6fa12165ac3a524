import type { BackendContext } from './backend/backend-context.js';
import type { RegistryBackend } from './backend/registry-backend.js';
import { RegistryElection } from './election/registry-election.js';
import type { RegistryListener } from './events/event-hub.js';
import type { Phase, StateCallback } from './events/phase.js';
import type { RegistryEventName } from './events/registry-events.js';
import type { RegistryLock } from './lock/registry-lock.js';
import type { DataInput, WritableData } from './node/data-input.js';
import type { NodeUpdate, SnapshotCallback } from './node/node-changes.js';
import type { NodeData, NodeSnapshot } from './node/node-snapshot.js';
import { checkPath } from './node/path.js';
import type {
  GetOptions,
  SetOptions,
  SetStateOptions,
  UnsetOptions,
  ViewOptions,
  WatchChangesOptions,
  WatchOptions,
} from './options/call-options.js';
import { type CredentialsInput, credentialsFromInput } from './options/credentials.js';
import type { ElectionOptions } from './options/election-options.js';
import type { LockOptions } from './options/lock-options.js';
import { type RegistryOptions, settingsFrom } from './options/registry-options.js';
import { checkCall, checkCallback, checkEventName, checkGet, nothingAt } from './registry-arguments.js';
import { RegistryParts } from './registry-parts.js';
import type { Freshness } from './watch/freshness.js';
import type { SnapshotIterator } from './watch/snapshot-stream.js';

type SetCall = 'set' | 'setNode' | 'setData';

/**
 * A service registry: register, look up and watch services. A subclass supplies the backend; everything else is here.
 * Nothing connects before `start()`, or before the first call that needs a connection. From then on, connection loss
 * and reconnects are handled for you until `stop()`: the registry opens a new session when one is lost, reads every
 * watched path again and re-creates every registration.
 *
 * Paths are absolute and follow ZooKeeper's rules. An invalid path is an `InvalidPathError`, an unknown option an
 * `InvalidArgumentError`. Convention: `nd_service_registry` for Python.
 */
export abstract class ServiceRegistry implements AsyncDisposable {
  readonly #parts: RegistryParts;

  /** @param backendOptionNames further options, which the subclass accepts and checks itself */
  protected constructor(options: RegistryOptions, backendOptionNames: readonly string[] = []) {
    const settings = settingsFrom(new.target.name, options, backendOptionNames);
    this.#parts = new RegistryParts(settings, () => this.createBackend(settings));
  }

  /**
   * Creates the backend. Called at start and again by `rebuild()`. The backend must not connect yet.
   * Throws if the backend is not available (for example because its client library is not installed); `start()` rejects
   * with that error.
   */
  protected abstract createBackend(context: BackendContext): RegistryBackend;

  /**
   * Connects, and resolves to true once connected. After `stop()` it reopens the registry with its registrations and
   * callbacks.
   * @throws {NoConnectionError} no server answered within `timeoutMs`; nothing stays open. With `lazy: true` it
   * resolves to false instead, and the registry keeps trying.
   */
  start(): Promise<boolean> {
    return this.#parts.lifecycle.start();
  }

  /**
   * Closes the session, which deletes every ephemeral node of this registry, and leaves nothing open. Waiting calls
   * reject with `StoppedError`, writes in flight with `NoConnectionError`; `watch` loops end. Without a connection the
   * nodes remain until the session times out. Never rejects; may be called again.
   */
  stop(): Promise<void> {
    return this.#parts.stop();
  }

  /**
   * Opens a new session and re-creates every watch, callback and registration. For a process that was frozen, restored
   * from a snapshot or copied. Resolves to true once connected.
   * @throws {NoConnectionError} as `start()`
   */
  rebuild(): Promise<boolean> {
    return this.#parts.lifecycle.rebuild();
  }

  /**
   * Adds credentials to this and every later session, connected or not. Earlier credentials stay active, so that
   * existing nodes stay under this registry's control. New nodes get the ACL of the new credentials unless the option
   * `acl` is set; existing nodes keep theirs, and registrations stay. May be called again. The credentials are not
   * verified: with a wrong password, calls reject with `NotAuthorizedError`.
   * @throws {InvalidArgumentError} the name or the password is missing, or the name contains a `:`
   */
  setCredentials(credentials: CredentialsInput): void {
    this.#parts.authenticate(credentialsFromInput(credentials));
  }

  /** For `await using registry = …`: the same as `stop()`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  /** The current state of the connection. */
  get phase(): Phase {
    return this.#parts.connection.phase;
  }

  /**
   * Returns true while there is a connection. `callback` is called with the same value immediately and after each
   * change, until `stop()`, and again after a new `start()`.
   */
  getState(callback?: StateCallback): boolean {
    const connected = this.phase === 'connected';
    if (callback !== undefined) {
      checkCallback('getState', callback);
      this.#parts.subscribeState(callback);
    }
    return connected;
  }

  /**
   * Calls `listener` for every event of that name; `RegistryEvents` describes them. Returns a function that removes the
   * listener.
   * @throws {InvalidArgumentError} there is no event of that name
   */
  on<Name extends RegistryEventName>(name: Name, listener: RegistryListener<Name>): () => void {
    checkEventName(name);
    checkCallback(`on('${name}')`, listener);
    return this.#parts.events.on(name, listener);
  }

  /**
   * Registers a service: an ephemeral node that lives as long as this registry's session. Resolves to true once the
   * node exists.
   *
   * From then on it is kept alive: if another client deletes it, or the session expires, it is re-created with the same
   * data. A node that already exists at the first call, from before a restart or from a competing owner, is taken over.
   * Calling it again with the same data writes nothing. Resolves to false if the write was deferred (`offline:
   * 'defer'`), or if another live session has taken the path from us and we are waiting for its node to go.
   * @throws {NoConnectionError} no connection; the registration is not remembered
   * @throws {NotEmptyError} there is a persistent node with children at the path
   * @throws {NotAuthorizedError | ReadOnlyError | InvalidArgumentError | DataTooLargeError}
   */
  setNode<T extends WritableData<T> = NodeData>(path: string, data?: T, options?: SetStateOptions): Promise<boolean>;
  setNode(path: string, data?: DataInput | null, options: SetStateOptions = {}): Promise<boolean> {
    return this.#set('setNode', path, options, { data, kind: 'ephemeral' });
  }

  /**
   * Writes a persistent node, if its data differs. Resolves to true once the node exists, and to false if the write was
   * deferred.
   * Calling it again with the same data writes nothing. Later writes of other clients are kept.
   * @throws {NotOwnerError} there is a registration at the path
   * @throws {NoConnectionError | NotAuthorizedError | ReadOnlyError | InvalidArgumentError | DataTooLargeError}
   */
  setData<T extends WritableData<T> = NodeData>(path: string, data?: T, options?: SetStateOptions): Promise<boolean>;
  setData(path: string, data?: DataInput | null, options: SetStateOptions = {}): Promise<boolean> {
    return this.#set('setData', path, options, { data, kind: 'persistent' });
  }

  /** The general form of `setNode` (`kind: 'ephemeral'`) and `setData` (`'persistent'`). `state: false` is `unset`. */
  set<T extends WritableData<T> = NodeData>(path: string, options?: SetOptions<T>): Promise<boolean>;
  set(path: string, options: SetOptions = {}): Promise<boolean> {
    return this.#set('set', path, options, options);
  }

  /**
   * Removes the node: withdraws a registration of this registry, or deletes persistent data, whichever client wrote it.
   * Resolves to true once the node is gone or if there was none, and to false if the deletion was deferred.
   * @throws {NotOwnerError} the node is a registration of another live session, and `force` is not set
   * @throws {NotEmptyError} the node has children; nothing is changed
   * @throws {NoConnectionError | NotAuthorizedError | ReadOnlyError}
   */
  async unset(path: string, options: UnsetOptions = {}): Promise<boolean> {
    checkCall('unset', path, options);
    return this.#parts.writer.unset(path, options.force ?? false);
  }

  /**
   * Returns the node at `path` and its children. The first call reads and watches the node; later calls are answered
   * from memory, even without a connection. A path that was never read is answered from the `cacheFile` while there is
   * no connection, if the file has it. See `freshness`.
   * @throws {NoConnectionError} never read, and no connection. The path stays watched: the callback runs once connected.
   * With `offline: 'defer'` it resolves to an empty snapshot instead.
   * @throws {TimeoutError} no answer within `requestTimeoutMs`, or fewer than `minChildren` children within `waitMs`
   * @throws {NotAuthorizedError}
   */
  get<Data extends object = NodeData>(path: string, options?: GetOptions<Data>): Promise<NodeSnapshot<Data>>;
  get(path: string, options?: GetOptions): Promise<NodeSnapshot> {
    this.#parts.lifecycle.checkProcess();
    const known = options === undefined ? this.#parts.liveSnapshot(path) : undefined;
    return known === undefined ? this.#get(path, options) : Promise.resolve(known);
  }

  /**
   * Returns the last known snapshot of `path` synchronously, from memory; undefined if the path is not watched or not
   * read yet.
   */
  peek<Data extends object = NodeData>(path: string): NodeSnapshot<Data> | undefined;
  peek(path: string): NodeSnapshot | undefined {
    return this.#parts.reader.peek(path) ?? nothingAt(path);
  }

  /**
   * Calls `callback` once as soon as a snapshot is available, then after each change. It is never called twice for an
   * equal value, and never while it is still running: it may be async, and changes in the meantime are merged. Adding a
   * function twice for a path has no effect. One that throws or rejects stays subscribed, and causes a `fault` event.
   */
  addCallback<D extends object = NodeData>(path: string, callback: SnapshotCallback<D>, options?: ViewOptions): void;
  addCallback(path: string, callback: SnapshotCallback, options: ViewOptions = {}): void {
    checkCall('addCallback', path, options);
    checkCallback('addCallback', callback);
    this.#parts.reader.addCallback(path, callback, options.children ?? 'data');
  }

  /** Removes `callback` and returns whether it was subscribed. The path stays watched until `unwatch`. */
  removeCallback<Data extends object = NodeData>(path: string, callback: SnapshotCallback<Data>): boolean;
  removeCallback(path: string, callback: SnapshotCallback): boolean {
    checkPath(path);
    return this.#parts.reader.removeCallback(path, callback);
  }

  /**
   * Iterates over snapshots with `for await`: the current one first, then changes. A slow consumer gets only the
   * latest. With `changes: true` the values are `NodeUpdate`: the snapshot, and what differs from the one before.
   * Ends on `stop()` or `unwatch(path)`; rejects if the registry cannot be started, or with the signal's reason.
   */
  watch<D extends object = NodeData>(path: string, options?: WatchOptions): SnapshotIterator<NodeSnapshot<D>>;
  watch<D extends object = NodeData>(path: string, options: WatchChangesOptions): SnapshotIterator<NodeUpdate<D>>;
  watch(path: string, options: WatchOptions | WatchChangesOptions = {}): SnapshotIterator<unknown> {
    checkCall('watch', path, options);
    return this.#parts.reader.watch(path, options);
  }

  /** Returns how current the data of `path` is; undefined if the path is not watched. */
  freshness(path: string): Freshness | undefined {
    return this.#parts.reader.freshness(path) ?? nothingAt(path);
  }

  /** Stops watching `path`: drops its watch, its callbacks and its data. Registrations are not affected. */
  unwatch(path: string): void {
    checkPath(path);
    this.#parts.reader.unwatch(path);
  }

  /**
   * Returns a lock at `path`, shared with every client that uses the same layout, including Python's
   * `nd_service_registry`. Nothing is sent before it is acquired. Each call returns a separate lock: two locks exclude
   * each other even within one process.
   * @throws {InvalidArgumentError | InvalidPathError | DataTooLargeError}
   */
  getLock(path: string, options: LockOptions = {}): RegistryLock {
    checkCall('getLock', path, options);
    return this.#parts.locks.get(path, options);
  }

  /**
   * Acquires the lock at `path` for this registry. Resolves to true at once if it already holds the lock (one
   * `releaseLock` is then enough), and to false if the lock was not available within `waitMs`. See
   * `RegistryLock.acquire`. To be notified when the lock is lost, use `getLock`.
   * @throws {LockLimitError} other clients use the path with a different `simultaneous`
   * @throws {LockKindError} there is an election at the path
   * @throws {SequenceExhaustedError} the sequence numbers of the waiting nodes are nearly used up
   * @throws {NoConnectionError | ReadOnlyError | NotAuthorizedError | InvalidArgumentError}
   */
  async acquireLock(path: string, options: LockOptions = {}): Promise<boolean> {
    checkCall('acquireLock', path, options);
    return this.#parts.locks.acquire(path, options);
  }

  /** Releases the lock from `acquireLock`. Resolves to true even if nothing was held; see `RegistryLock.release`. */
  async releaseLock(path: string): Promise<boolean> {
    checkPath(path);
    return this.#parts.locks.release(path);
  }

  /**
   * Returns an election at `path`, shared with other clients, including kazoo's `Election`: one of the candidates leads
   * at a time. Nothing is sent before the first call on it. A path is for an election or for a lock, never for both.
   * @throws {InvalidArgumentError | InvalidPathError | DataTooLargeError}
   */
  getElection(path: string, options: ElectionOptions = {}): RegistryElection {
    checkCall('getElection', path, options);
    return new RegistryElection(path, options.name ?? '', this.#parts.coordination.context);
  }

  async #get(path: string, options: GetOptions = {}): Promise<NodeSnapshot> {
    checkGet(path, options);
    return this.#parts.reader.get(path, options);
  }

  #set(name: SetCall, path: string, options: SetStateOptions, node: SetOptions): Promise<boolean> {
    try {
      checkCall(name, path, options);
      const { data, kind = 'ephemeral' } = node;
      const { writer } = this.#parts;
      return (options.state ?? true) ? writer.set(path, kind, data) : writer.unset(path, false);
    } catch (error) {
      return Promise.reject(error);
    }
  }
}
