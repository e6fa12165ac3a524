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
  /** The process id of this moment. */
  pid(): number;
  createBackend(): RegistryBackend;
  /** From now on `backend` serves. */
  attach(backend: RegistryBackend): void;
  /** The backend goes away. */
  detach(): void;
  /** Nothing that is shown is vouched for any more, and has not been for `quietMs`. */
  markStale(quietMs: number): void;
  fault(error: ServiceRegistryError): void;
  /** A warning about the connection was logged. */
  onWarning(): void;
}

/** Opens, replaces and closes the backend, one step at a time however many calls ask for it. */
export class Lifecycle {
  readonly #host: LifecycleHost;
  readonly #sentinel: ProcessSentinel;
  #backend: RegistryBackend | undefined;
  #starting: Promise<boolean> | undefined;
  #closing: Promise<void> | undefined;
  /** How often `stop` was called: what began before one of them does not go on after it. */
  #stopCount = 0;

  constructor(host: LifecycleHost) {
    this.#host = host;
    this.#sentinel = new ProcessSentinel({
      clock: host.settings.clock,
      pid: () => host.pid(),
      // Referenced: an unreferenced one would wait for I/O in a process that does nothing else.
      nextTurn: (run) => void setImmediate(run),
    });
    host.connection.subscribe((state, previous) => this.#onConnectionState(state, previous));
  }

  /** Connected? Rejects with `NoConnectionError` unless lazy. */
  async start(): Promise<boolean> {
    this.checkProcess();
    const connected = await (this.#starting ?? this.#trackStart(this.#start(this.#host.settings.lazy)));
    if (!connected && !this.#host.settings.lazy) throw this.#unreachableError();
    return connected;
  }

  /** At each call: is this still the process that connected? If it is not, it gets a new session. */
  checkProcess(): void {
    const change = this.#sentinel.detectChange();
    const { phase } = this.#host.connection;
    if (change === undefined || phase === 'idle' || phase === 'stopped') return;
    this.#recover(change);
  }

  /** Whether `ready` would have nothing to do. */
  isReady(): boolean {
    this.checkProcess();
    const { phase } = this.#host.connection;
    return phase !== 'stopped' && phase !== 'idle' && this.#starting === undefined;
  }

  /** Before a call: starts what has not been started. Returns whether or not there is a connection then. */
  async ready(): Promise<void> {
    if (this.isReady()) return;
    if (this.#host.connection.phase === 'stopped') throw new StoppedError();
    await this.start();
  }

  /** Ends the session and everything that stays open. */
  stop(): Promise<void> {
    this.#stopCount += 1;
    this.#starting = undefined;
    this.#markStale();
    this.#host.connection.dispatch({ type: 'stop' });
    return this.#close();
  }

  /** A new session through a new backend. */
  async rebuild(): Promise<boolean> {
    if (this.#host.connection.phase === 'stopped') throw new StoppedError();
    return this.#trackStart(this.#rebuild('it is rebuilt', this.#host.settings.lazy));
  }

  /** Nobody asked for it, so nobody could try again: it goes on trying. */
  #recover(change: string): void {
    const { connection, settings } = this.#host;
    const before = connection.state;
    this.#trackStart(this.#rebuild(change, true)).catch((error) => this.#host.fault(toRegistryError(error)));
    // Else the change of phase has said so.
    if (connection.state !== before) return;
    settings.logger.warn(`${change}; it is rebuilt`);
    this.#host.onWarning();
  }

  async #rebuild(why: string, keepTrying: boolean): Promise<boolean> {
    const stopCount = this.#stopCount;
    this.#markStale();
    this.#host.connection.dispatch({ type: 'lost', cause: why });
    await this.#close();
    this.#assertNotStopped(stopCount);
    // A start that was under way has lost its backend; it goes on waiting for the connection of the new one.
    return this.#start(keepTrying);
  }

  /** Another session has its own clocks; the same one was handed back to who may have been frozen meanwhile. */
  #onConnectionState(state: ConnectionState, previous: ConnectionState): void {
    if (state.phase !== 'connected') return;
    const isNew = !('session' in previous) || previous.session.id !== state.session.id;
    this.#sentinel.onConnected(state.session.timeoutMs, isNew);
  }

  /** What calls wait for from now on. */
  #trackStart(work: Promise<boolean>): Promise<boolean> {
    const starting = work.finally(() => {
      if (this.#starting === starting) this.#starting = undefined;
    });
    this.#starting = starting;
    return starting;
  }

  /** @param keepTrying whether it goes on trying when nobody answers in time; false then */
  async #start(keepTrying: boolean): Promise<boolean> {
    const { connection, settings } = this.#host;
    const stopCount = this.#stopCount;
    await this.#closing;
    this.#assertNotStopped(stopCount);
    const opened = this.#open();
    const connected = await connection.whenConnected(settings.timeoutMs);
    this.#assertNotStopped(stopCount);
    if (connected) return true;
    const error = this.#unreachableError();
    if (keepTrying) {
      settings.logger.warn(`${error.message}; going on trying`);
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

  /** The backend that had to be opened; undefined when one was open. */
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
      // After a rebuild the phase still speaks of a connection to come; the next call shall try again.
      this.#host.connection.dispatch({ type: 'abandon' });
      throw error;
    }
  }

  #assertKeepAliveSupported({ name, capabilities }: RegistryBackend): void {
    if (this.#host.settings.keepAlive !== false || capabilities.letsProcessEnd) return;
    throw new UnsupportedError(
      `keepAlive: false cannot be had with ${name}: its sockets keep the process alive from start() to stop()`,
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

  /** Before anybody hears that the connection is given up. */
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

  /** Never rejects, whatever the backend does: there is nothing that a caller of `stop` could do about it. */
  async #closeBackend(backend: RegistryBackend): Promise<void> {
    try {
      await backend.close();
    } catch (error) {
      this.#host.fault(toRegistryError(error));
    }
  }
}
