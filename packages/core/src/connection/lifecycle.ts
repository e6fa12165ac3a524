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
  distrust(quietMs: number): void;
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
  #stops = 0;

  constructor(host: LifecycleHost) {
    this.#host = host;
    this.#sentinel = new ProcessSentinel({
      clock: host.settings.clock,
      pid: () => host.pid(),
      // Referenced: an unreferenced one would wait for I/O in a process that does nothing else.
      nextTurn: (run) => void setImmediate(run),
    });
    host.connection.subscribe((state, previous) => this.#trust(state, previous));
  }

  /** Connected? Rejects with `NoConnectionError` unless lazy. */
  async start(): Promise<boolean> {
    this.look();
    const connected = await (this.#starting ?? this.#begin(this.#start(this.#host.settings.lazy)));
    if (!connected && !this.#host.settings.lazy) throw this.#unreachable();
    return connected;
  }

  /** At each call: is this still the process that connected? If it is not, it gets a new session. */
  look(): void {
    const change = this.#sentinel.look();
    const { phase } = this.#host.connection;
    if (change === undefined || phase === 'idle' || phase === 'stopped') return;
    this.#recover(change);
  }

  /** Whether `ready` would have nothing to do. */
  isReady(): boolean {
    this.look();
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
    this.#stops += 1;
    this.#starting = undefined;
    this.#distrust();
    this.#host.connection.dispatch({ type: 'stop' });
    return this.#close();
  }

  /** A new session through a new backend. */
  async rebuild(): Promise<boolean> {
    if (this.#host.connection.phase === 'stopped') throw new StoppedError();
    return this.#begin(this.#rebuild('it is rebuilt', this.#host.settings.lazy));
  }

  /** Nobody asked for it, so nobody could try again: it goes on trying. */
  #recover(change: string): void {
    const { connection, settings } = this.#host;
    const before = connection.state;
    this.#begin(this.#rebuild(change, true)).catch((error) => this.#host.fault(toRegistryError(error)));
    // Else the change of phase has said so.
    if (connection.state !== before) return;
    settings.logger.warn(`${change}; it is rebuilt`);
    this.#host.onWarning();
  }

  async #rebuild(why: string, goesOn: boolean): Promise<boolean> {
    const stops = this.#stops;
    this.#distrust();
    this.#host.connection.dispatch({ type: 'lost', cause: why });
    await this.#close();
    this.#refuseStopped(stops);
    // A start that was under way has lost its backend; it goes on waiting for the connection of the new one.
    return this.#start(goesOn);
  }

  /** Another session has its own clocks; the same one was handed back to who may have been frozen meanwhile. */
  #trust(state: ConnectionState, previous: ConnectionState): void {
    if (state.phase !== 'connected') return;
    const isNew = !('session' in previous) || previous.session.id !== state.session.id;
    this.#sentinel.trust(state.session.timeoutMs, isNew);
  }

  /** What calls wait for from now on. */
  #begin(work: Promise<boolean>): Promise<boolean> {
    const starting = work.finally(() => {
      if (this.#starting === starting) this.#starting = undefined;
    });
    this.#starting = starting;
    return starting;
  }

  /** @param goesOn whether it goes on trying when nobody answers in time; false then */
  async #start(goesOn: boolean): Promise<boolean> {
    const { connection, settings } = this.#host;
    const stops = this.#stops;
    await this.#closing;
    this.#refuseStopped(stops);
    const opened = this.#open();
    const connected = await connection.whenConnected(settings.timeoutMs);
    this.#refuseStopped(stops);
    if (connected) return true;
    const error = this.#unreachable();
    if (goesOn) {
      settings.logger.warn(`${error.message}; going on trying`);
      this.#host.onWarning();
      return false;
    }
    if (opened !== undefined && opened === this.#backend) await this.#abandon();
    throw error;
  }

  #unreachable(): NoConnectionError {
    const { connection, settings } = this.#host;
    return connection.reasons.error(`No server answered within ${settings.timeoutMs} ms`);
  }

  #refuseStopped(stops: number): void {
    if (stops !== this.#stops) throw new StoppedError('The registry was stopped before it was connected');
  }

  /** The backend that had to be opened; undefined when one was open. */
  #open(): RegistryBackend | undefined {
    if (this.#backend !== undefined) return undefined;
    const backend = this.#create();
    this.#backend = backend;
    this.#host.connection.reasons.attach(backend);
    this.#host.connection.dispatch({ type: 'start' });
    backend.connect((event) => {
      if (this.#backend === backend) this.#observe(event);
    });
    this.#host.attach(backend);
    return backend;
  }

  #create(): RegistryBackend {
    try {
      const backend = this.#host.createBackend();
      this.#refuseKeepAlive(backend);
      return backend;
    } catch (error) {
      // After a rebuild the phase still speaks of a connection to come; the next call shall try again.
      this.#host.connection.dispatch({ type: 'abandon' });
      throw error;
    }
  }

  #refuseKeepAlive({ name, capabilities }: RegistryBackend): void {
    if (this.#host.settings.keepAlive !== false || capabilities.letsProcessEnd) return;
    throw new UnsupportedError(
      `keepAlive: false cannot be had with ${name}: its sockets keep the process alive from start() to stop()`,
    );
  }

  #observe(event: ConnectionEvent): void {
    const { connection } = this.#host;
    if (event.type === 'fault') {
      if (connection.phase !== 'connected') connection.reasons.fault(event.error);
      this.#host.fault(event.error);
      this.#host.onWarning();
      return;
    }
    if (event.type === 'connected') connection.reasons.connected();
    if (event.type === 'suspended') this.#host.distrust(event.quietMs);
    if (event.type === 'lost') this.#host.distrust(0);
    connection.dispatch(event);
  }

  /** Before anybody hears that the connection is given up. */
  #distrust(): void {
    this.#host.distrust(this.#backend?.quietMs ?? 0);
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
    this.#closing = this.#end(backend).finally(() => {
      this.#closing = undefined;
    });
    return this.#closing;
  }

  /** Never rejects, whatever the backend does: there is nothing that a caller of `stop` could do about it. */
  async #end(backend: RegistryBackend): Promise<void> {
    try {
      await backend.close();
    } catch (error) {
      this.#host.fault(toRegistryError(error));
    }
  }
}
