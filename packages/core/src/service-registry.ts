import type { BackendContext } from './backend/backend-context.js';
import { DeadlineBackend } from './backend/deadline-backend.js';
import { RateLimitBackend } from './backend/rate-limit-backend.js';
import { ReadOnlyBackend } from './backend/read-only-backend.js';
import type { RegistryBackend } from './backend/registry-backend.js';
import { CacheFile } from './cache-file/cache-file.js';
import type { DataInput } from './codec/check-data.js';
import { Connection } from './connection/connection.js';
import type { ConnectionState, Phase } from './connection/connection-state.js';
import { describeConnection } from './connection/describe-connection.js';
import { KeepAlive } from './connection/keep-alive.js';
import { Lifecycle } from './connection/lifecycle.js';
import { InvalidArgumentError } from './errors/argument-errors.js';
import { CallbackError } from './errors/background-errors.js';
import type { ServiceRegistryError } from './errors/service-registry-error.js';
import { EventHub, type RegistryListener } from './events/event-hub.js';
import { formatId, type RegistryEventName } from './events/registry-events.js';
import { whenRejected } from './events/when-rejected.js';
import { Locks } from './lock/locks.js';
import type { RegistryLock } from './lock/registry-lock.js';
import type { NodeSnapshot } from './node/node-snapshot.js';
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
import { type LockOptions, lockShape } from './options/lock-options.js';
import { type RegistryOptions, type RegistrySettings, settingsFrom } from './options/registry-options.js';
import { Registrations } from './registration/registrations.js';
import { RegistryWriter } from './registration/registry-writer.js';
import { SafetyReread } from './safety/safety-reread.js';
import { WatchedEntry } from './safety/watched-entry.js';
import { WatchedRegistration } from './safety/watched-registration.js';
import type { SnapshotCallback } from './watch/callback-subscriber.js';
import { EmptyGuard } from './watch/empty-guard.js';
import type { Freshness } from './watch/freshness.js';
import { RegistryReader } from './watch/registry-reader.js';
import { WatchStore } from './watch/watch-store.js';

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
  readonly #settings: RegistrySettings;
  readonly #connection: Connection;
  readonly #events: EventHub;
  readonly #watches: WatchStore;
  readonly #reader: RegistryReader;
  readonly #writer: RegistryWriter;
  readonly #registrations: Registrations;
  readonly #locks: Locks;
  readonly #lifecycle: Lifecycle;
  readonly #cacheFile: CacheFile | undefined;

  /** @param backendOptionNames the options that the child class takes beside `RegistryOptions`, and checks itself */
  protected constructor(options: RegistryOptions, backendOptionNames: readonly string[] = []) {
    const settings = settingsFrom(new.target.name, options, backendOptionNames);
    const fault = (error: ServiceRegistryError): void => this.#fault(error);
    const connection = new Connection(settings.clock);
    this.#settings = settings;
    this.#connection = connection;
    this.#events = new EventHub((error) => this.#logFault(error));
    const keepAlive = new KeepAlive({ ...settings, connection });
    const safety = new SafetyReread({ ...settings, connection, fault });
    const guard =
      settings.guardEmpty && new EmptyGuard({ ...settings, ...settings.guardEmpty, connection, events: this.#events });
    this.#watches = new WatchStore({
      clock: settings.clock,
      onFault: fault,
      guard,
      looksAfter: (entry) => safety.add(entry, new WatchedEntry(entry)),
      letsGoOf: (entry) => safety.delete(entry),
    });
    this.#registrations = new Registrations({
      ...settings,
      events: this.#events,
      connection,
      keepAlive,
      fault,
      looksAfter: (runner) => safety.add(runner, new WatchedRegistration(runner)),
      letsGoOf: (runner) => safety.delete(runner),
    });
    this.#lifecycle = new Lifecycle({
      settings,
      connection,
      fault,
      pid: () => process.pid,
      createBackend: () => this.#wrap(this.createBackend(settings)),
      attach: (backend) => this.#attach(backend),
      detach: () => this.#detach(),
      distrust: (quietMs) => this.#watches.distrust(quietMs),
    });
    this.#cacheFile = this.#openCacheFile(fault);
    const ready = (): Promise<void> => {
      void this.#cacheFile?.load();
      return this.#lifecycle.ready();
    };
    const remembered = async (): Promise<void> => this.#cacheFile?.load();
    this.#reader = new RegistryReader({
      settings,
      connection,
      keepAlive,
      watches: this.#watches,
      ready,
      remembered,
      fault,
    });
    this.#writer = new RegistryWriter({ settings, registrations: this.#registrations, ready });
    this.#locks = new Locks({ settings, connection, keepAlive, look: () => this.#lifecycle.look(), ready, fault });
    connection.subscribe((state, previous) => this.#announce(state, previous));
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
    void this.#cacheFile?.load();
    return this.#lifecycle.start();
  }

  /**
   * Ends the session, and with it every ephemeral node of this registry, and leaves nothing open. Calls that wait reject
   * with `StoppedError`, writes that are under way with `NoConnectionError`; `watch` loops end. Never rejects; may be
   * called again.
   * Without a connection the servers cannot be told: the nodes then go when the session times out.
   */
  async stop(): Promise<void> {
    this.#reader.endStreams();
    const stopped = this.#lifecycle.stop();
    this.#watches.stop();
    await Promise.all([stopped, this.#cacheFile?.flush()]);
  }

  /**
   * Makes a new session, and every watch, callback and registration again: for a process that was frozen, restored or
   * copied. True once connected.
   *
   * @throws {NoConnectionError} as `start()`
   */
  rebuild(): Promise<boolean> {
    return this.#lifecycle.rebuild();
  }

  /** `await using registry = …` */
  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  /** Where the connection stands. */
  get phase(): Phase {
    return this.#connection.phase;
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
      this.#connection.subscribe((state, previous) => {
        const isNow = state.phase === 'connected';
        if (isNow !== (previous.phase === 'connected')) this.#callWithState(callback, isNow);
      });
    }
    return connected;
  }

  /** Hears of events, as `RegistryEvents` describes them. Returns the undo. */
  on<Name extends RegistryEventName>(name: Name, listener: RegistryListener<Name>): () => void {
    checkCallback(`on('${name}')`, listener);
    return this.#events.on(name, listener);
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
  setNode(path: string, data?: DataInput | null, options: SetStateOptions = {}): Promise<boolean> {
    return this.#set('setNode', path, options, setStateShape, { ...options, data, kind: 'ephemeral' });
  }

  /**
   * Keeps data: a persistent node, written when its data differ. True once it stands; false when it was put off.
   * The same data again write nothing. What others write later stays.
   *
   * @throws {NotOwnerError} a registration stands there
   * @throws {NoConnectionError | NotAuthorizedError | ReadOnlyError | InvalidArgumentError | DataTooLargeError}
   */
  setData(path: string, data?: DataInput | null, options: SetStateOptions = {}): Promise<boolean> {
    return this.#set('setData', path, options, setStateShape, { ...options, data, kind: 'persistent' });
  }

  /** What `setNode` (`kind: 'ephemeral'`) and `setData` (`'persistent'`) are short for. `state: false` is `unset`. */
  set(path: string, options: SetOptions = {}): Promise<boolean> {
    return this.#set('set', path, options, setShape, options);
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
    return this.#writer.unset(path, options.force ?? false);
  }

  /**
   * The node at `path` and its children: read and watched at the first call, from memory afterwards, also while there is
   * no connection. What this registry has not seen comes from the `cacheFile` while there is no connection, where it is in
   * there. See `freshness`.
   *
   * @throws {NoConnectionError} never seen, and no connection. The registry stays interested: the callback runs later.
   * With `offline: 'defer'` an empty snapshot comes instead.
   * @throws {NotAuthorizedError | TimeoutError}
   */
  get(path: string, options?: GetOptions): Promise<NodeSnapshot> {
    this.#lifecycle.look();
    if (options === undefined && this.phase === 'connected') {
      const entry = this.#watches.get(path);
      const known = entry?.snapshot('data');
      if (known !== undefined && entry?.isSeeded === false) return Promise.resolve(known);
    }
    return this.#get(path, options);
  }

  /** What is known of `path`, at once and from memory only; undefined when it is not watched or not yet read. */
  peek(path: string): NodeSnapshot | undefined {
    return this.#reader.peek(path) ?? this.#nothingAt(path);
  }

  /**
   * Calls `callback` once with what is known as soon as that is the case, then after each change: never twice for an
   * equal value, never while it is still running (it may be async; what changes meanwhile is merged). The same function
   * is added once for each path. One that throws or rejects is reported as a `fault` event, and goes on being called.
   */
  addCallback(path: string, callback: SnapshotCallback, options: ViewOptions = {}): void {
    checkPath(path);
    checkOptions('addCallback', options, viewShape);
    checkCallback('addCallback', callback);
    this.#reader.addCallback(path, callback, options.children ?? 'data');
  }

  /** Whether it was there. The path stays watched until `unwatch`. */
  removeCallback(path: string, callback: SnapshotCallback): boolean {
    checkPath(path);
    return this.#reader.removeCallback(path, callback);
  }

  /**
   * Snapshots for `for await`: the current one first, then changes; a consumer that is slower gets the latest.
   * Ends with `stop()` or `unwatch(path)`; rejects when the registry cannot be started, or with the signal's reason.
   */
  watch(path: string, options: WatchOptions = {}): AsyncIterableIterator<NodeSnapshot, undefined> {
    checkPath(path);
    checkOptions('watch', options, watchShape);
    return this.#reader.watch(path, options);
  }

  /** How far what is known of `path` can be trusted; undefined when it is not watched. */
  freshness(path: string): Freshness | undefined {
    return this.#reader.freshness(path) ?? this.#nothingAt(path);
  }

  /** Lets go of `path`: its watch, its callbacks, its memory. Registrations are not touched. */
  unwatch(path: string): void {
    checkPath(path);
    this.#reader.unwatch(path);
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
    return this.#locks.get(path, options);
  }

  /**
   * Obtains the lock at `path` for this registry; true at once where it has it already: one `releaseLock` is enough then. False
   * when that was not possible within `waitMs`. See `RegistryLock.acquire`. To hear of its loss, use `getLock`.
   *
   * @throws {LockLimitError} the path is used with another `simultaneous`
   * @throws {NoConnectionError | ReadOnlyError | NotAuthorizedError | InvalidArgumentError}
   */
  async acquireLock(path: string, options: LockOptions = {}): Promise<boolean> {
    checkPath(path);
    checkOptions('acquireLock', options, lockShape);
    return this.#locks.acquire(path, options);
  }

  /** Gives back what `acquireLock` obtained. True also where nothing was held; see `RegistryLock.release`. */
  async releaseLock(path: string): Promise<boolean> {
    checkPath(path);
    return this.#locks.release(path);
  }

  async #get(path: string, options: GetOptions = {}): Promise<NodeSnapshot> {
    checkPath(path);
    checkOptions('get', options, getShape);
    if (options.minChildren !== undefined && options.waitMs === undefined) {
      throw new InvalidArgumentError("get: option 'minChildren' says what 'waitMs' waits for; give both");
    }
    return this.#reader.get(path, options);
  }

  async #set(
    label: string,
    path: string,
    options: object,
    shape: Parameters<typeof checkOptions>[2],
    wanted: SetOptions,
  ): Promise<boolean> {
    checkPath(path);
    checkOptions(label, options, shape);
    const { data, kind = 'ephemeral', state = true } = wanted;
    return state ? this.#writer.set(path, kind, data) : this.#writer.unset(path, false);
  }

  /** Nothing is known there, perhaps because it is no path at all. */
  #nothingAt(path: string): undefined {
    checkPath(path);
    return undefined;
  }

  #openCacheFile(fault: (error: ServiceRegistryError) => void): CacheFile | undefined {
    const { cacheFile } = this.#settings;
    if (cacheFile === undefined) return undefined;
    const keeper = new CacheFile(cacheFile, {
      settings: this.#settings,
      connection: this.#connection,
      watches: this.#watches,
      fault,
    });
    this.#watches.keepWith(keeper);
    return keeper;
  }

  #wrap(backend: RegistryBackend): RegistryBackend {
    const { clock, requestTimeoutMs: deadlineMs, rateLimit, readOnly } = this.#settings;
    const bounded = new DeadlineBackend(backend, { clock, deadlineMs });
    const limited = rateLimit === undefined ? bounded : new RateLimitBackend(bounded, rateLimit, clock);
    return readOnly ? new ReadOnlyBackend(limited) : limited;
  }

  #attach(backend: RegistryBackend): void {
    this.#watches.attach(backend);
    this.#registrations.attach(backend);
    this.#locks.attach(backend);
  }

  #detach(): void {
    this.#locks.detach();
    this.#registrations.detach();
    this.#watches.detach();
  }

  #announce(state: ConnectionState, previous: ConnectionState): void {
    const { phase } = state;
    const sessionId = 'session' in state ? formatId(state.session.id) : null;
    const line = describeConnection(state);
    if (phase === 'suspended' || phase === 'lost') this.#settings.logger.warn(line);
    else this.#settings.logger.info(line);
    this.#events.emit('phase', { phase, previous: previous.phase, sessionId });
  }

  #callWithState(callback: StateCallback, connected: boolean): void {
    const report = (cause: unknown): void => this.#fault(new CallbackError('A state callback threw', { cause }));
    try {
      whenRejected(callback(connected), report);
    } catch (cause) {
      report(cause);
    }
  }

  #fault(error: ServiceRegistryError): void {
    this.#logFault(error);
    this.#events.emit('fault', { error });
  }

  #logFault(error: ServiceRegistryError): void {
    this.#settings.logger.warn(`${error.code}: ${error.message}`);
  }
}

function checkCallback(label: string, callback: unknown): void {
  if (typeof callback === 'function') return;
  throw new InvalidArgumentError(`${label}: the callback is a ${typeof callback}; expected a function`);
}
