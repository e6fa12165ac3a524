import { DeadlineBackend } from './backend/deadline-backend.js';
import { RateLimitBackend } from './backend/rate-limit-backend.js';
import { ReadOnlyBackend } from './backend/read-only-backend.js';
import type { RegistryBackend } from './backend/registry-backend.js';
import { CacheFile } from './cache-file/cache-file.js';
import { Connection } from './connection/connection.js';
import { type ConnectionState, describeConnection } from './connection/connection-state.js';
import { KeepAlive } from './connection/keep-alive.js';
import { Lifecycle } from './connection/lifecycle.js';
import { OutageLog } from './connection/outage-log.js';
import { Coordination } from './coordination/coordination.js';
import { CallbackError } from './errors/background-errors.js';
import type { ServiceRegistryError } from './errors/service-registry-error.js';
import { EventHub } from './events/event-hub.js';
import type { StateCallback } from './events/phase.js';
import { formatId } from './events/registry-events.js';
import { whenRejected } from './events/when-rejected.js';
import { Locks } from './lock/locks.js';
import type { NodeSnapshot } from './node/node-snapshot.js';
import type { Credentials } from './options/credentials.js';
import type { RegistrySettings } from './options/registry-options.js';
import { Registrations } from './registration/registrations.js';
import { RegistryWriter } from './registration/registry-writer.js';
import { SafetyReread } from './safety/safety-reread.js';
import { WatchedEntry } from './safety/watched-entry.js';
import { WatchedRegistration } from './safety/watched-registration.js';
import { EmptyGuard } from './watch/empty-guard.js';
import { RegistryReader } from './watch/registry-reader.js';
import { WatchStore } from './watch/watch-store.js';

/** Creates and connects the parts of a registry. */
export class RegistryParts {
  readonly connection: Connection;
  readonly events: EventHub;
  readonly watches: WatchStore;
  readonly reader: RegistryReader;
  readonly writer: RegistryWriter;
  readonly coordination: Coordination;
  readonly locks: Locks;
  readonly lifecycle: Lifecycle;
  readonly cacheFile: CacheFile | undefined;
  readonly #settings: RegistrySettings;
  readonly #registrations: Registrations;
  /** Credentials added to those of the settings, the latest last. */
  #credentials: readonly Credentials[] = [];
  #backend: RegistryBackend | undefined;

  /** @param createBackend returns a backend that is not connected yet; called at start and at each rebuild */
  constructor(settings: RegistrySettings, createBackend: () => RegistryBackend) {
    const fault = (error: ServiceRegistryError): void => this.fault(error);
    const connection = new Connection(settings.clock);
    this.#settings = settings;
    this.connection = connection;
    const outages = new OutageLog({ ...settings, connection, progress: () => this.#registrations.progress });
    const onWarning = (): void => outages.warned();
    this.events = new EventHub((error) => this.#logFault(error));
    const keepAlive = new KeepAlive({ ...settings, connection });
    const safety = new SafetyReread({ ...settings, connection, fault });
    const guard =
      settings.guardEmpty && new EmptyGuard({ ...settings, ...settings.guardEmpty, connection, events: this.events });
    this.watches = new WatchStore({
      clock: settings.clock,
      onFault: fault,
      guard,
      onAdded: (entry) => safety.add(entry, new WatchedEntry(entry)),
      onRemoved: (entry) => safety.delete(entry),
    });
    this.#registrations = new Registrations({
      ...settings,
      events: this.events,
      connection,
      keepAlive,
      fault,
      onWarning,
      onWatching: (reconciler) => safety.add(reconciler, new WatchedRegistration(reconciler)),
      onRemoved: (reconciler) => safety.delete(reconciler),
    });
    this.lifecycle = new Lifecycle({
      settings,
      connection,
      fault,
      onWarning,
      onStart: () => void this.cacheFile?.load(),
      createBackend: () => this.#wrap(this.#authenticated(createBackend())),
      attach: (backend) => this.#attach(backend),
      detach: () => this.#detach(),
      markStale: (quietMs) => this.watches.markStale(quietMs),
    });
    this.cacheFile = this.#openCacheFile();
    const ready = (): Promise<void> => this.lifecycle.ready();
    const cacheFileLoaded = async (): Promise<void> => this.cacheFile?.load();
    this.reader = new RegistryReader({
      settings,
      connection,
      keepAlive,
      watches: this.watches,
      ready,
      cacheFileLoaded,
      fault,
    });
    this.writer = new RegistryWriter({ settings, registrations: this.#registrations, lifecycle: this.lifecycle });
    const checkProcess = (): void => this.lifecycle.checkProcess();
    this.coordination = new Coordination({ settings, connection, keepAlive, checkProcess, ready, fault });
    this.locks = new Locks(this.coordination.context);
    connection.subscribe((state, previous) => this.#announce(state, previous));
  }

  async stop(): Promise<void> {
    this.reader.endStreams();
    const stopped = this.lifecycle.stop();
    this.watches.stop();
    await Promise.all([stopped, this.cacheFile?.flush()]);
  }

  /** Returns the snapshot of a path that is watched and was read from the servers; undefined while disconnected. */
  liveSnapshot(path: string): NodeSnapshot | undefined {
    if (this.connection.phase !== 'connected') return undefined;
    const entry = this.watches.get(path);
    return entry?.isFromCacheFile === false ? entry.snapshot('data') : undefined;
  }

  /** Calls `callback` immediately and then whenever a connection is established or lost. */
  subscribeState(callback: StateCallback): void {
    this.#callWithState(callback, this.connection.phase === 'connected');
    this.connection.subscribe(({ phase }, previous) => {
      const connected = phase === 'connected';
      if (connected !== (previous.phase === 'connected')) this.#callWithState(callback, connected);
    });
  }

  #callWithState(callback: StateCallback, connected: boolean): void {
    const report = (cause: unknown): void => this.fault(new CallbackError('A state callback threw', { cause }));
    try {
      whenRejected(callback(connected), report);
    } catch (cause) {
      report(cause);
    }
  }

  /** Reports a background failure: a log line and a `fault` event. */
  fault(error: ServiceRegistryError): void {
    this.#logFault(error);
    this.events.emit('fault', { error });
  }

  /** Adds `credentials` to the current backend and to every later one. */
  authenticate(credentials: Credentials): void {
    this.#credentials = [...this.#credentials.filter((known) => !known.equals(credentials)), credentials];
    this.#backend?.authenticate(credentials);
  }

  #authenticated(backend: RegistryBackend): RegistryBackend {
    for (const credentials of this.#credentials) backend.authenticate(credentials);
    return backend;
  }

  #openCacheFile(): CacheFile | undefined {
    const { cacheFile } = this.#settings;
    if (cacheFile === undefined) return undefined;
    const cache = new CacheFile(cacheFile, {
      settings: this.#settings,
      connection: this.connection,
      watches: this.watches,
      fault: (error) => this.fault(error),
    });
    this.watches.setPersister(cache);
    return cache;
  }

  #wrap(backend: RegistryBackend): RegistryBackend {
    const { clock, requestTimeoutMs: deadlineMs, rateLimit, readOnly } = this.#settings;
    const isBounded = backend.capabilities.boundsOperations === true;
    const bounded = isBounded ? backend : new DeadlineBackend(backend, { clock, deadlineMs });
    const limited = rateLimit === undefined ? bounded : new RateLimitBackend(bounded, rateLimit, clock);
    return readOnly ? new ReadOnlyBackend(limited) : limited;
  }

  #attach(backend: RegistryBackend): void {
    this.#backend = backend;
    this.watches.attach(backend);
    this.#registrations.attach(backend);
    this.coordination.attach(backend);
  }

  #detach(): void {
    this.#backend = undefined;
    this.coordination.detach();
    this.#registrations.detach();
    this.watches.detach();
  }

  #announce(state: ConnectionState, previous: ConnectionState): void {
    const { phase } = state;
    const sessionId = 'session' in state ? formatId(state.session.id) : null;
    const line = describeConnection(state);
    if (phase === 'suspended' || phase === 'lost') this.#settings.logger.warn(line);
    else this.#settings.logger.info(line);
    this.events.emit('phase', { phase, previous: previous.phase, sessionId });
  }

  #logFault(error: ServiceRegistryError): void {
    const own = error instanceof CallbackError && error.cause !== undefined ? `: ${nameAndPlace(error.cause)}` : '';
    this.#settings.logger.warn(`${error.code}: ${error.message}${own}`);
  }
}

/** The name of an error and the place where it was thrown. Not its message, which may contain a node's data. */
function nameAndPlace(thrown: unknown): string {
  if (!(thrown instanceof Error)) return `a ${typeof thrown} was thrown`;
  const [place] = (thrown.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return place === undefined ? thrown.name : `${thrown.name} ${place.trim()}`;
}
