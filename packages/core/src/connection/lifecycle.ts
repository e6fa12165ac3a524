import type { ConnectionEvent, RegistryBackend } from '../backend/registry-backend.js';
import { toRegistryError } from '../errors/background-errors.js';
import { NoConnectionError, StoppedError } from '../errors/connection-errors.js';
import type { ServiceRegistryError } from '../errors/service-registry-error.js';
import type { RegistrySettings } from '../options/registry-options.js';
import type { Connection } from './connection.js';

export interface LifecycleHost {
  readonly settings: RegistrySettings;
  readonly connection: Connection;
  createBackend(): RegistryBackend;
  /** From now on `backend` serves. */
  attach(backend: RegistryBackend): void;
  /** The backend goes away. */
  detach(): void;
  /** Nothing that is shown is vouched for any more, and has not been for `quietMs`. */
  distrust(quietMs: number): void;
  fault(error: ServiceRegistryError): void;
}

/** Opens, replaces and closes the backend, one step at a time however many calls ask for it. */
export class Lifecycle {
  readonly #host: LifecycleHost;
  #backend: RegistryBackend | undefined;
  #starting: Promise<boolean> | undefined;
  #closing: Promise<void> | undefined;
  /** How often `stop` was called: what began before one of them does not go on after it. */
  #stops = 0;

  constructor(host: LifecycleHost) {
    this.#host = host;
  }

  /** Connected? Rejects with `NoConnectionError` unless lazy. */
  start(): Promise<boolean> {
    return this.#starting ?? this.#startAfresh();
  }

  /** Before a call: starts what has not been started. Returns whether or not there is a connection then. */
  async ready(): Promise<void> {
    const { phase } = this.#host.connection;
    if (phase === 'stopped') throw new StoppedError();
    if (phase === 'idle' || this.#starting !== undefined) await this.start();
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
    const stops = this.#stops;
    this.#distrust();
    this.#host.connection.dispatch({ type: 'lost' });
    await this.#close();
    this.#refuseStopped(stops);
    // A start that was under way has lost its backend; it goes on waiting for the connection of the new one.
    return this.#startAfresh();
  }

  #startAfresh(): Promise<boolean> {
    const starting = this.#start().finally(() => {
      if (this.#starting === starting) this.#starting = undefined;
    });
    this.#starting = starting;
    return starting;
  }

  async #start(): Promise<boolean> {
    const { connection, settings } = this.#host;
    const stops = this.#stops;
    await this.#closing;
    this.#refuseStopped(stops);
    const opened = this.#open();
    const connected = await connection.whenConnected(settings.timeoutMs);
    this.#refuseStopped(stops);
    if (connected) return true;
    const message = `No server answered within ${settings.timeoutMs} ms`;
    if (settings.lazy) {
      settings.logger.warn(`${message}; going on trying`);
      return false;
    }
    if (opened !== undefined && opened === this.#backend) await this.#abandon();
    throw new NoConnectionError(message);
  }

  #refuseStopped(stops: number): void {
    if (stops !== this.#stops) throw new StoppedError('The registry was stopped before it was connected');
  }

  /** The backend that had to be opened; undefined when one was open. */
  #open(): RegistryBackend | undefined {
    if (this.#backend !== undefined) return undefined;
    const backend = this.#create();
    this.#backend = backend;
    this.#host.connection.dispatch({ type: 'start' });
    backend.connect((event) => {
      if (this.#backend === backend) this.#observe(event);
    });
    this.#host.attach(backend);
    return backend;
  }

  #create(): RegistryBackend {
    try {
      return this.#host.createBackend();
    } catch (error) {
      // After a rebuild the phase still speaks of a connection to come; the next call shall try again.
      this.#host.connection.dispatch({ type: 'abandon' });
      throw error;
    }
  }

  #observe(event: ConnectionEvent): void {
    if (event.type === 'fault') {
      this.#host.fault(event.error);
      return;
    }
    if (event.type === 'suspended') this.#host.distrust(event.quietMs);
    if (event.type === 'lost') this.#host.distrust(0);
    this.#host.connection.dispatch(event);
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
