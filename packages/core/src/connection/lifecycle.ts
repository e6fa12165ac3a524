import type { ConnectionEvent, RegistryBackend } from '../backend/registry-backend.js';
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

  constructor(host: LifecycleHost) {
    this.#host = host;
  }

  /** Connected? Rejects with `NoConnectionError` unless lazy. */
  start(): Promise<boolean> {
    this.#starting ??= this.#start().finally(() => {
      this.#starting = undefined;
    });
    return this.#starting;
  }

  /** Before a call: starts what has not been started. Returns whether or not there is a connection then. */
  async ready(): Promise<void> {
    const { phase } = this.#host.connection;
    if (phase === 'stopped') throw new StoppedError();
    if (phase === 'idle' || this.#starting !== undefined) await this.start();
  }

  /** Ends the session and everything that stays open. */
  stop(): Promise<void> {
    this.#host.connection.dispatch({ type: 'stop' });
    return this.#close();
  }

  /** A new session through a new backend. */
  async rebuild(): Promise<boolean> {
    if (this.#host.connection.phase === 'stopped') throw new StoppedError();
    this.#host.connection.dispatch({ type: 'lost' });
    await this.#close();
    return this.start();
  }

  async #start(): Promise<boolean> {
    const { connection, settings } = this.#host;
    await this.#closing;
    const opened = this.#open();
    if (await connection.whenConnected(settings.timeoutMs)) return true;
    if (connection.phase === 'stopped') throw new StoppedError('The registry was stopped before it was connected');
    const message = `No server answered within ${settings.timeoutMs} ms`;
    if (settings.lazy) {
      settings.logger.warn(`${message}; going on trying`);
      return false;
    }
    if (opened) await this.#abandon();
    throw new NoConnectionError(message);
  }

  /** True when it had to be opened. */
  #open(): boolean {
    if (this.#backend !== undefined) return false;
    const backend = this.#host.createBackend();
    this.#backend = backend;
    this.#host.connection.dispatch({ type: 'start' });
    backend.connect((event) => {
      if (this.#backend === backend) this.#observe(event);
    });
    this.#host.attach(backend);
    return true;
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

  async #abandon(): Promise<void> {
    this.#host.connection.dispatch({ type: 'abandon' });
    await this.#close();
  }

  #close(): Promise<void> {
    const backend = this.#backend;
    if (backend === undefined) return this.#closing ?? Promise.resolve();
    this.#backend = undefined;
    this.#host.detach();
    this.#closing = backend.close().finally(() => {
      this.#closing = undefined;
    });
    return this.#closing;
  }
}
