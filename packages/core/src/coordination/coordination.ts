import type { RegistryBackend } from '../backend/registry-backend.js';
import type { Connection } from '../connection/connection.js';
import type { ConnectionState } from '../connection/connection-state.js';
import type { KeepAlive } from '../connection/keep-alive.js';
import type { ServiceRegistryError } from '../errors/service-registry-error.js';
import type { RegistrySettings } from '../options/registry-options.js';
import type { ActiveOwnership, CoordinationContext } from './coordination-context.js';
import { PendingDeletes } from './pending-deletes.js';
import { SessionValidity } from './session-validity.js';

export interface CoordinationHost {
  readonly settings: RegistrySettings;
  readonly connection: Connection;
  readonly keepAlive: KeepAlive;
  /** Checks if this process was suspended or forked since it connected; if so, it gets a new session. */
  checkProcess(): void;
  /** Starts the registry if needed; rejects when that fails. */
  ready(): Promise<void>;
  fault(error: ServiceRegistryError): void;
}

/** Creates the context of one registry's locks and elections, and applies connection changes to it. */
export class Coordination {
  readonly context: CoordinationContext;
  readonly #ownerships = new Set<ActiveOwnership>();
  #backend: RegistryBackend | undefined;

  constructor(host: CoordinationHost) {
    const { connection, fault } = host;
    const { clock } = host.settings;
    const backend = (): RegistryBackend | undefined => this.#backend;
    const session = () => connection.session;
    const probe = async (path: string) => await this.#backend?.read(path, { children: 'none' });
    const validity = new SessionValidity({ clock, session, probe });
    const pendingDeletes = new PendingDeletes({ clock, session, backend, fault });
    this.context = { ...host, validity, pendingDeletes, ownerships: this.#ownerships, backend };
    connection.subscribe((state) => this.#onConnectionState(state));
  }

  attach(backend: RegistryBackend): void {
    this.#backend = backend;
  }

  detach(): void {
    this.#backend = undefined;
    this.context.pendingDeletes.clear();
  }

  #onConnectionState(state: ConnectionState): void {
    const { validity, pendingDeletes } = this.context;
    if (state.phase === 'suspended' || state.phase === 'connecting') return;
    const sessionId = state.phase === 'connected' ? state.session.id : undefined;
    const why = state.phase === 'stopped' ? 'the registry was stopped' : 'its session ended';
    for (const ownership of [...this.#ownerships]) if (ownership.sessionId !== sessionId) ownership.lose(why);
    if (sessionId === undefined) return;
    pendingDeletes.retry();
    validity.ping();
  }
}
