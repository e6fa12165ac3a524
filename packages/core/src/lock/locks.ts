import type { RegistryBackend } from '../backend/registry-backend.js';
import type { Connection } from '../connection/connection.js';
import type { ConnectionState } from '../connection/connection-state.js';
import type { KeepAlive } from '../connection/keep-alive.js';
import { RegistryElection } from '../election/registry-election.js';
import { LockLimitError } from '../errors/lock-errors.js';
import type { ServiceRegistryError } from '../errors/service-registry-error.js';
import type { ElectionOptions } from '../options/election-options.js';
import { type LockOptions, lockSettingsFrom } from '../options/lock-options.js';
import type { RegistrySettings } from '../options/registry-options.js';
import { Leftovers } from './leftovers.js';
import type { LockContext, OpenHolding } from './lock-context.js';
import { RegistryLock } from './registry-lock.js';
import { SessionTrust } from './session-trust.js';

export interface LocksHost {
  readonly settings: RegistrySettings;
  readonly connection: Connection;
  readonly keepAlive: KeepAlive;
  /** At each call: is this still the process that connected? If it is not, it gets a new session. */
  look(): void;
  /** Starts what has not been started; rejects when that fails. */
  ready(): Promise<void>;
  fault(error: ServiceRegistryError): void;
}

/** All locks and elections of one registry: what they share, and the locks that are kept by their path. */
export class Locks {
  readonly #context: LockContext;
  readonly #holdings = new Set<OpenHolding>();
  readonly #byPath = new Map<string, RegistryLock>();
  #backend: RegistryBackend | undefined;

  constructor(host: LocksHost) {
    const { connection, fault } = host;
    const { clock } = host.settings;
    const backend = (): RegistryBackend | undefined => this.#backend;
    const session = () => connection.session;
    const ask = async (path: string) => await this.#backend?.read(path, { children: 'none' });
    const trust = new SessionTrust({ clock, session, ask });
    const leftovers = new Leftovers({ clock, session, backend, fault });
    this.#context = { ...host, trust, leftovers, holdings: this.#holdings, backend };
    connection.subscribe((state) => this.#follow(state));
  }

  attach(backend: RegistryBackend): void {
    this.#backend = backend;
  }

  detach(): void {
    this.#backend = undefined;
    this.#context.leftovers.forget();
  }

  get(path: string, options: LockOptions): RegistryLock {
    return new RegistryLock(path, lockSettingsFrom(options), this.#context);
  }

  election(path: string, { name = '' }: ElectionOptions): RegistryElection {
    return new RegistryElection(path, name, this.#context);
  }

  /** By the lock that is kept for `path`: the one in use, or else one with these options. */
  acquire(path: string, options: LockOptions): Promise<boolean> {
    const { simultaneous, waitMs, signal } = lockSettingsFrom(options);
    const known = this.#byPath.get(path);
    if (known?.inUse === true) {
      if (known.simultaneous !== simultaneous) throw new LockLimitError(path, known.simultaneous, simultaneous);
      return known.acquire({ waitMs, signal });
    }
    const lock = this.get(path, options);
    this.#byPath.set(path, lock);
    return lock.acquire();
  }

  release(path: string): Promise<boolean> {
    this.#context.look();
    return this.#byPath.get(path)?.release() ?? Promise.resolve(true);
  }

  #follow(state: ConnectionState): void {
    const { trust, leftovers } = this.#context;
    if (state.phase === 'suspended' || state.phase === 'connecting') return;
    const sessionId = state.phase === 'connected' ? state.session.id : undefined;
    const why = state.phase === 'stopped' ? 'the registry was stopped' : 'its session is over';
    for (const holding of [...this.#holdings]) if (holding.sessionId !== sessionId) holding.lose(why);
    if (sessionId === undefined) return;
    leftovers.retry();
    trust.beat();
  }
}
