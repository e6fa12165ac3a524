import type { BackendContext } from './backend/backend-context.js';
import type { RegistryBackend } from './backend/registry-backend.js';
import { RegistryElection } from './election/registry-election.js';
import { InvalidArgumentError } from './errors/argument-errors.js';
import { CallbackError } from './errors/background-errors.js';
import { kindOf } from './errors/kind-of.js';
import type { RegistryListener } from './events/event-hub.js';
import type { Phase } from './events/phase.js';
import { type RegistryEventName, registryEventNames } from './events/registry-events.js';
import { whenRejected } from './events/when-rejected.js';
import type { RegistryLock } from './lock/registry-lock.js';
import type { DataInput, WritableData } from './node/data-input.js';
import type { NodeKind } from './node/node-kind.js';
import type { NodeData, NodeSnapshot, SnapshotCallback } from './node/node-snapshot.js';
import { checkPath } from './node/path.js';
import {
  type GetOptions,
  getShape,
  type SetOptions,
  type SetStateOptions,
  setShape,
  setStateShape,
  type UnsetOptions,
  unsetShape,
  type ViewOptions,
  viewShape,
  type WatchOptions,
  watchShape,
} from './options/call-options.js';
import { checkOptions } from './options/check-options.js';
import { type CredentialsInput, credentialsFromInput } from './options/credentials.js';
import { type ElectionOptions, electionShape } from './options/election-options.js';
import { type LockOptions, lockShape } from './options/lock-options.js';
import { unknownName } from './options/nearest.js';
import { type RegistryOptions, settingsFrom } from './options/registry-options.js';
import { RegistryParts } from './registry-parts.js';

import type { Freshness } from './watch/freshness.js';

/** Hears whether there is a connection: once at once, then at each change. */
export type StateCallback = (connected: boolean) => unknown;

/**
 * A service registry: register, look up, watch. A child class gives a backend; everything else is here.
 *
 * Nothing is opened before the first call that needs a connection, or `start()`. From then on the registry looks after
 * the connection: it reconnects, makes a new session when one is lost, reads every watched path again and registers
 * everything again, until `stop()`.
 *
 * Paths are absolute and ZooKeeper's own; an invalid one is an `InvalidPathError`, an unknown option an
 * `InvalidArgumentError`. Convention: `nd_service_registry` for Python.
 */
export abstract class ServiceRegistry implements AsyncDisposable {
  readonly #parts: RegistryParts;

  /** @param backendOptionNames the options that the child class takes beside `RegistryOptions`, and checks itself */
  protected constructor(options: RegistryOptions, backendOptionNames: readonly string[] = []) {
    const settings = settingsFrom(new.target.name, options, backendOptionNames);
    this.#parts = new RegistryParts(settings, () => this.createBackend(settings));
  }

  /**
   * Makes the backend; called at start and again by `rebuild()`. It must not connect yet.
   * Throws when the backend cannot be had (its client library is not installed, for one); `start()` rejects with that.
   */
  protected abstract createBackend(context: BackendContext): RegistryBackend;

  /**
   * Connects. True once connected. After `stop()` it opens the registry again, with its registrations and callbacks.
   *
   * @throws {NoConnectionError} no server answered within `timeoutMs`; nothing is left open. With `lazy: true` it
   * resolves false instead, and the registry goes on trying.
   */
  start(): Promise<boolean> {
    void this.#parts.cacheFile?.load();
    return this.#parts.lifecycle.start();
  }

  /**
   * Ends the session, and with it every ephemeral node of this registry, and leaves nothing open. Calls that wait reject
   * with `StoppedError`, writes that are under way with `NoConnectionError`; `watch` loops end. Never rejects; may be
   * called again.
   * Without a connection the servers cannot be told: the nodes then go when the session times out.
   */
  async stop(): Promise<void> {
    this.#parts.reader.endStreams();
    const stopped = this.#parts.lifecycle.stop();
    this.#parts.watches.stop();
    await Promise.all([stopped, this.#parts.cacheFile?.flush()]);
  }

  /**
   * Makes a new session, and every watch, callback and registration again: for a process that was frozen, restored or
   * copied. True once connected.
   *
   * @throws {NoConnectionError} as `start()`
   */
  rebuild(): Promise<boolean> {
    return this.#parts.lifecycle.rebuild();
  }

  /**
   * Who this is to the servers from now on, connected or not, and at every connect: besides whom it was before, so that what it
   * made then stays in its hands. New nodes get the ACL of these, unless there is an option `acl`; nodes that are there keep
   * theirs, and registrations stay. May be called again. Nobody is asked: with a wrong password calls reject with
   * `NotAuthorizedError`.
   *
   * @throws {InvalidArgumentError} not both of them, or a `:` in the name
   */
  setCredentials(credentials: CredentialsInput): void {
    this.#parts.authenticate(credentialsFromInput(credentials));
  }

  /** `await using registry = …` */
  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  /** Where the connection stands. */
  get phase(): Phase {
    return this.#parts.connection.phase;
  }

  /**
   * Whether there is a connection. `callback` is called with that at once and at each change, until `stop()` and after a
   * new `start()` again.
   */
  getState(callback?: StateCallback): boolean {
    const connected = this.phase === 'connected';
    if (callback !== undefined) {
      checkCallback('getState', callback);
      this.#callWithState(callback, connected);
      this.#parts.connection.subscribe((state, previous) => {
        const isNow = state.phase === 'connected';
        if (isNow !== (previous.phase === 'connected')) this.#callWithState(callback, isNow);
      });
    }
    return connected;
  }

  /**
   * Calls `listener` for every event of that name, as `RegistryEvents` describes them. Returns a function that removes it.
   *
   * @throws {InvalidArgumentError} there is no event of that name
   */
  on<Name extends RegistryEventName>(name: Name, listener: RegistryListener<Name>): () => void {
    checkEventName(name);
    checkCallback(`on('${name}')`, listener);
    return this.#parts.events.on(name, listener);
  }

  /**
   * Registers: an ephemeral node that lives as long as this registry's session, and is restored when it is lost.
   * True once it stands; false when it was put off (`offline: 'defer'`), or when another live session took the path from
   * us before and we wait for it to go. A node that stands there at the first call, our own from before a restart
   * or a rival's, is taken over. The same data again write nothing.
   *
   * @throws {NoConnectionError} no connection; the registration is not remembered
   * @throws {NotEmptyError} a persistent node with children stands there
   * @throws {NotAuthorizedError | ReadOnlyError | InvalidArgumentError | DataTooLargeError}
   */
  setNode<T extends WritableData<T> = NodeData>(path: string, data?: T, options?: SetStateOptions): Promise<boolean>;
  setNode(path: string, data?: DataInput | null, options: SetStateOptions = noOptions): Promise<boolean> {
    return this.#setState('setNode', path, options, data, 'ephemeral');
  }

  /**
   * Keeps data: a persistent node, written when its data differ. True once it stands; false when it was put off.
   * The same data again write nothing. What others write later stays.
   *
   * @throws {NotOwnerError} a registration stands there
   * @throws {NoConnectionError | NotAuthorizedError | ReadOnlyError | InvalidArgumentError | DataTooLargeError}
   */
  setData<T extends WritableData<T> = NodeData>(path: string, data?: T, options?: SetStateOptions): Promise<boolean>;
  setData(path: string, data?: DataInput | null, options: SetStateOptions = noOptions): Promise<boolean> {
    return this.#setState('setData', path, options, data, 'persistent');
  }

  /** What `setNode` (`kind: 'ephemeral'`) and `setData` (`'persistent'`) are short for. `state: false` is `unset`. */
  set<T extends WritableData<T> = NodeData>(path: string, options?: SetOptions<T>): Promise<boolean>;
  set(path: string, options: SetOptions = {}): Promise<boolean> {
    try {
      checkPath(path);
      checkOptions('set', options, setShape);
      const { data, kind = 'ephemeral', state = true } = options;
      return this.#write(path, data, kind, state);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /**
   * Sees to it that there is no node: withdraws a registration of ours, or removes persistent data, whoever wrote it.
   * True when it is gone, or was not there; false when it was put off.
   *
   * @throws {NotOwnerError} another live session's registration stands there, unless `force`
   * @throws {NotEmptyError} it has children; nothing is touched
   * @throws {NoConnectionError | NotAuthorizedError | ReadOnlyError}
   */
  async unset(path: string, options: UnsetOptions = {}): Promise<boolean> {
    checkPath(path);
    checkOptions('unset', options, unsetShape);
    return this.#parts.writer.unset(path, options.force ?? false);
  }

  /**
   * The node at `path` and its children: read and watched at the first call, from memory afterwards, also while there is
   * no connection. What this registry has not seen comes from the `cacheFile` while there is no connection, where it is in
   * there. See `freshness`.
   *
   * @throws {NoConnectionError} never seen, and no connection. The registry stays interested: the callback runs later.
   * With `offline: 'defer'` an empty snapshot comes instead.
   * @throws {TimeoutError} no answer within `requestTimeoutMs`, or fewer than `minChildren` children within `waitMs`
   * @throws {NotAuthorizedError}
   */
  get<Data extends object = NodeData>(path: string, options?: GetOptions<Data>): Promise<NodeSnapshot<Data>>;
  get(path: string, options?: GetOptions): Promise<NodeSnapshot> {
    this.#parts.lifecycle.checkProcess();
    if (options === undefined && this.phase === 'connected') {
      const entry = this.#parts.watches.get(path);
      const known = entry?.snapshot('data');
      if (known !== undefined && entry?.isFromCacheFile === false) return Promise.resolve(known);
    }
    return this.#get(path, options);
  }

  /** What is known of `path`, at once and from memory only; undefined when it is not watched or not yet read. */
  peek<Data extends object = NodeData>(path: string): NodeSnapshot<Data> | undefined;
  peek(path: string): NodeSnapshot | undefined {
    return this.#parts.reader.peek(path) ?? this.#nothingAt(path);
  }

  /**
   * Calls `callback` once with what is known as soon as that is the case, then after each change: never twice for an
   * equal value, never while it is still running (it may be async; what changes meanwhile is merged). The same function
   * is added once for each path. One that throws or rejects is reported as a `fault` event, and goes on being called.
   */
  addCallback<Data extends object = NodeData>(
    path: string,
    callback: SnapshotCallback<Data>,
    options?: ViewOptions,
  ): void;
  addCallback(path: string, callback: SnapshotCallback, options: ViewOptions = {}): void {
    checkPath(path);
    checkOptions('addCallback', options, viewShape);
    checkCallback('addCallback', callback);
    this.#parts.reader.addCallback(path, callback, options.children ?? 'data');
  }

  /** Whether it was there. The path stays watched until `unwatch`. */
  removeCallback<Data extends object = NodeData>(path: string, callback: SnapshotCallback<Data>): boolean;
  removeCallback(path: string, callback: SnapshotCallback): boolean {
    checkPath(path);
    return this.#parts.reader.removeCallback(path, callback);
  }

  /**
   * Snapshots for `for await`: the current one first, then changes; a consumer that is slower gets the latest.
   * Ends with `stop()` or `unwatch(path)`; rejects when the registry cannot be started, or with the signal's reason.
   */
  watch<Data extends object = NodeData>(
    path: string,
    options?: WatchOptions,
  ): AsyncIterableIterator<NodeSnapshot<Data>, undefined>;
  watch(path: string, options: WatchOptions = {}): AsyncIterableIterator<NodeSnapshot, undefined> {
    checkPath(path);
    checkOptions('watch', options, watchShape);
    return this.#parts.reader.watch(path, options);
  }

  /** How far what is known of `path` can be trusted; undefined when it is not watched. */
  freshness(path: string): Freshness | undefined {
    return this.#parts.reader.freshness(path) ?? this.#nothingAt(path);
  }

  /** Lets go of `path`: its watch, its callbacks, its memory. Registrations are not touched. */
  unwatch(path: string): void {
    checkPath(path);
    this.#parts.reader.unwatch(path);
  }

  /**
   * A lock at `path` that others share, Python's `nd_service_registry` among them. Nothing happens before it is acquired.
   * Each call makes another one; two of them exclude each other as two processes would.
   *
   * @throws {InvalidArgumentError | InvalidPathError | DataTooLargeError}
   */
  getLock(path: string, options: LockOptions = {}): RegistryLock {
    checkPath(path);
    checkOptions('getLock', options, lockShape);
    return this.#parts.locks.get(path, options);
  }

  /**
   * Obtains the lock at `path` for this registry; true at once where it has it already: one `releaseLock` is enough then. False
   * when that was not possible within `waitMs`. See `RegistryLock.acquire`. To hear of its loss, use `getLock`.
   *
   * @throws {LockLimitError} the path is used with another `simultaneous`
   * @throws {LockKindError} there is an election at the path
   * @throws {SequenceExhaustedError} the sequence numbers of those who wait are nearly used up
   * @throws {NoConnectionError | ReadOnlyError | NotAuthorizedError | InvalidArgumentError}
   */
  async acquireLock(path: string, options: LockOptions = {}): Promise<boolean> {
    checkPath(path);
    checkOptions('acquireLock', options, lockShape);
    return this.#parts.locks.acquire(path, options);
  }

  /** Gives back what `acquireLock` obtained. True also where nothing was held; see `RegistryLock.release`. */
  async releaseLock(path: string): Promise<boolean> {
    checkPath(path);
    return this.#parts.locks.release(path);
  }

  /**
   * An election at `path` that others share, kazoo's `Election` among them: one of them leads at a time. Nothing happens
   * before somebody asks. A path is for an election or for a lock, never for both.
   *
   * @throws {InvalidArgumentError | InvalidPathError | DataTooLargeError}
   */
  getElection(path: string, options: ElectionOptions = {}): RegistryElection {
    checkPath(path);
    checkOptions('getElection', options, electionShape);
    return new RegistryElection(path, options.name ?? '', this.#parts.coordination.context);
  }

  async #get(path: string, options: GetOptions = {}): Promise<NodeSnapshot> {
    checkPath(path);
    checkOptions('get', options, getShape);
    for (const name of ['minChildren', 'onTimeout'] as const) {
      if (options[name] === undefined || options.waitMs !== undefined) continue;
      throw new InvalidArgumentError(`get: option '${name}' needs 'waitMs', how many milliseconds to wait`);
    }
    return this.#parts.reader.get(path, options);
  }

  #setState(
    label: string,
    path: string,
    options: SetStateOptions,
    data: DataInput | null | undefined,
    kind: NodeKind,
  ): Promise<boolean> {
    try {
      checkPath(path);
      checkOptions(label, options, setStateShape);
      return this.#write(path, data, kind, options.state ?? true);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  #write(path: string, data: DataInput | null | undefined, kind: NodeKind, state: boolean): Promise<boolean> {
    return state ? this.#parts.writer.set(path, kind, data) : this.#parts.writer.unset(path, false);
  }

  /** Nothing is known there, perhaps because it is no path at all. */
  #nothingAt(path: string): undefined {
    checkPath(path);
    return undefined;
  }

  #callWithState(callback: StateCallback, connected: boolean): void {
    const report = (cause: unknown): void => this.#parts.fault(new CallbackError('A state callback threw', { cause }));
    try {
      whenRejected(callback(connected), report);
    } catch (cause) {
      report(cause);
    }
  }
}

const noOptions = {};

function checkCallback(label: string, callback: unknown): void {
  if (typeof callback === 'function') return;
  throw new InvalidArgumentError(`${label}: the callback is ${kindOf(callback)}; expected a function`);
}

function checkEventName(name: unknown): void {
  if (typeof name === 'string' && registryEventNames.includes(name)) return;
  throw new InvalidArgumentError(`on: ${unknownName('event', String(name), registryEventNames)}`);
}
