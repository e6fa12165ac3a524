import type { ConnectionEvent, RegistryBackend } from '../backend/registry-backend.js';
import { UnsupportedError } from '../errors/access-errors.js';
import { toRegistryError } from '../errors/background-errors.js';
import { type NoConnectionError, StoppedError } from '../errors/connection-errors.js';
import type { ServiceRegistryError } from '../errors/service-registry-error.js';
import type { RegistrySettings } from '../options/registry-options.js';
import type { Connection } from './connection.js';
import type { ConnectionState } from './connection-state.js';
import { ProcessSentinel } from './process-sentinel.js';

export interface LifecycleHost {
  readonly settings: RegistrySettings;
  readonly connection: Connection;
  /** Called at each start, before the backend is created. */
  onStart(): void;
  createBackend(): RegistryBackend;
  /** `backend` is the current one from now on. */
  attach(backend: RegistryBackend): void;
  /** The current backend is about to be closed. */
  detach(): void;
  /** Snapshots are no longer guaranteed to be current, and have not been for `quietMs`. */
  markStale(quietMs: number): void;
  fault(error: ServiceRegistryError): void;
  /** A warning about the connection was logged. */
  onWarning(): void;
}

/** Opens, replaces and closes the backend, one step at a time for any number of concurrent calls. */
export class Lifecycle {
  readonly #host: LifecycleHost;
  readonly #sentinel: ProcessSentinel;
  #backend: RegistryBackend | undefined;
  #starting: Promise<boolean> | undefined;
  #closing: Promise<void> | undefined;
  /** Number of `stop` calls: work that began before one of them does not continue after it. */
  #stopCount = 0;

  constructor(host: LifecycleHost) {
    this.#host = host;
    this.#sentinel = new ProcessSentinel({
      clock: host.settings.clock,
      pid: () => process.pid,
      // Referenced: an unreferenced immediate would wait for I/O in an otherwise idle process.
      nextTurn: (run) => void setImmediate(run),
    });
    host.connection.subscribe((state, previous) => this.#onConnectionState(state, previous));
  }

  /** Resolves to true once connected. Otherwise resolves to false if lazy, and rejects with `NoConnectionError` if not. */
  async start(): Promise<boolean> {
    this.checkProcess();
    const connected = await (this.#starting ?? this.#trackStart(this.#start(this.#host.settings.lazy)));
    if (!connected && !this.#host.settings.lazy) throw this.#unreachableError();
    return connected;
  }

  /** Called first by every method: if this process was suspended or forked since it connected, it gets a new session. */
  checkProcess(): void {
    const change = this.#sentinel.detectChange();
    const { phase } = this.#host.connection;
    if (change === undefined || phase === 'idle' || phase === 'stopped') return;
    this.#recover(change);
  }

  /** True if `ready` has nothing to do. */
  isReady(): boolean {
    this.checkProcess();
    const { phase } = this.#host.connection;
    return phase !== 'stopped' && phase !== 'idle' && this.#starting === undefined;
  }

  /** Called before an operation: starts the registry if needed. Resolves with or without a connection. */
  async ready(): Promise<void> {
    if (this.isReady()) return;
    if (this.#host.connection.phase === 'stopped') throw new StoppedError();
    await this.start();
  }

  /** Ends the session and closes everything. */
  stop(): Promise<void> {
    this.#stopCount += 1;
    this.#starting = undefined;
    this.#markStale();
    this.#host.connection.dispatch({ type: 'stop' });
    return this.#close();
  }

  /** Opens a new session through a new backend. */
  async rebuild(): Promise<boolean> {
    if (this.#host.connection.phase === 'stopped') throw new StoppedError();
    return this.#trackStart(this.#rebuild('rebuild() was called', this.#host.settings.lazy));
  }

  /** Keeps trying to connect, because there is no caller that could retry. */
  #recover(change: string): void {
    const { connection, settings } = this.#host;
    const before = connection.state;
    this.#trackStart(this.#rebuild(change, true)).catch((error) => this.#host.fault(toRegistryError(error)));
    // Otherwise the change of phase was logged already.
    if (connection.state !== before) return;
    settings.logger.warn(`${change}; opening a new session`);
    this.#host.onWarning();
  }

  async #rebuild(why: string, keepTrying: boolean): Promise<boolean> {
    const stopCount = this.#stopCount;
    this.#markStale();
    this.#host.connection.dispatch({ type: 'lost', cause: why });
    await this.#close();
    this.#assertNotStopped(stopCount);
    // A start in progress has lost its backend; it continues to wait for the connection of the new one.
    return this.#start(keepTrying);
  }

  /** A new session resets the clocks; a resumed one does not, because the process may have been frozen meanwhile. */
  #onConnectionState(state: ConnectionState, previous: ConnectionState): void {
    if (state.phase !== 'connected') return;
    const isNew = !('session' in previous) || previous.session.id !== state.session.id;
    this.#sentinel.onConnected(state.session.timeoutMs, isNew);
  }

  /** Makes later calls wait for `work`. */
  #trackStart(work: Promise<boolean>): Promise<boolean> {
    const starting = work.finally(() => {
      if (this.#starting === starting) this.#starting = undefined;
    });
    this.#starting = starting;
    return starting;
  }

  /** @param keepTrying whether it keeps trying if no server answers in time; it then resolves to false */
  async #start(keepTrying: boolean): Promise<boolean> {
    const { connection, settings } = this.#host;
    const stopCount = this.#stopCount;
    this.#host.onStart();
    await this.#closing;
    this.#assertNotStopped(stopCount);
    const opened = this.#open();
    const connected = await connection.whenConnected(settings.timeoutMs);
    this.#assertNotStopped(stopCount);
    if (connected) return true;
    const error = this.#unreachableError();
    if (keepTrying) {
      settings.logger.warn(`${error.message}; still trying`);
      this.#host.onWarning();
      return false;
    }
    if (opened !== undefined && opened === this.#backend) await this.#abandon();
    throw error;
  }

  #unreachableError(): NoConnectionError {
    const { connection, settings } = this.#host;
    return connection.reasons.error(`No server answered within ${settings.timeoutMs} ms`);
  }

  #assertNotStopped(stopCount: number): void {
    if (stopCount !== this.#stopCount) throw new StoppedError('The registry was stopped before it was connected');
  }

  /** Opens a backend and returns it; undefined if one was open already. */
  #open(): RegistryBackend | undefined {
    if (this.#backend !== undefined) return undefined;
    const backend = this.#create();
    this.#backend = backend;
    this.#host.connection.reasons.attach(backend);
    this.#host.connection.dispatch({ type: 'start' });
    backend.connect((event) => {
      if (this.#backend === backend) this.#onBackendEvent(event);
    });
    this.#host.attach(backend);
    return backend;
  }

  #create(): RegistryBackend {
    try {
      const backend = this.#host.createBackend();
      this.#assertKeepAliveSupported(backend);
      return backend;
    } catch (error) {
      // After a rebuild the phase still announces a connection; the next call must try again.
      this.#host.connection.dispatch({ type: 'abandon' });
      throw error;
    }
  }

  #assertKeepAliveSupported({ name, capabilities }: RegistryBackend): void {
    if (this.#host.settings.keepAlive !== false || capabilities.letsProcessEnd) return;
    throw new UnsupportedError(
      `keepAlive: false is not supported by ${name}: its sockets keep the process alive from start() to stop()`,
    );
  }

  #onBackendEvent(event: ConnectionEvent): void {
    const { connection } = this.#host;
    if (event.type === 'fault') {
      if (connection.phase !== 'connected') connection.reasons.fault(event.error);
      this.#host.fault(event.error);
      this.#host.onWarning();
      return;
    }
    if (event.type === 'connected') connection.reasons.connected();
    if (event.type === 'suspended') this.#host.markStale(event.quietMs);
    if (event.type === 'lost') this.#host.markStale(0);
    connection.dispatch(event);
  }

  /** Called before listeners are notified that the connection is given up. */
  #markStale(): void {
    this.#host.markStale(this.#backend?.quietMs ?? 0);
  }

  async #abandon(): Promise<void> {
    this.#host.connection.dispatch({ type: 'abandon' });
    await this.#close();
  }

  #close(): Promise<void> {
    const backend = this.#backend;
    if (backend === undefined) return this.#closing ?? Promise.resolve();
    this.#backend = undefined;
    this.#host.detach();
    this.#closing = this.#closeBackend(backend).finally(() => {
      this.#closing = undefined;
    });
    return this.#closing;
  }

  /** Never rejects, even if the backend does: a caller of `stop` could not do anything about it. */
  async #closeBackend(backend: RegistryBackend): Promise<void> {
    try {
      await backend.close();
    } catch (error) {
      this.#host.fault(toRegistryError(error));
    }
  }
}
