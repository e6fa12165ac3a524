import type { RegistryBackend } from '../backend/registry-backend.js';
import type { ServiceRegistryError } from '../errors/service-registry-error.js';
import type { CoordinationContext, Lease, OpenHolding } from './coordination-context.js';
import type { SessionDependent } from './session-validity.js';

/** Says what was lost, and why. */
export type LossError = (why: string) => ServiceRegistryError;

/** A lock that is held, or the leadership of an election, from its lease to its release or its loss. */
export class Holding implements OpenHolding, SessionDependent {
  readonly lease: Lease;
  readonly #context: CoordinationContext;
  readonly #lossError: LossError;
  readonly #lost = new AbortController();
  readonly #undo: readonly (() => void)[];
  #over = false;

  /** Undefined when the session was over before it began. */
  static begin(lease: Lease, context: CoordinationContext, lossError: LossError): Holding | undefined {
    const backend = context.backend();
    const { state } = context.connection;
    const isAlive =
      (state.phase === 'connected' || state.phase === 'suspended') && state.session.id === lease.session.id;
    const holding = backend && isAlive ? new Holding(lease, backend, context, lossError) : undefined;
    return holding?.open === true ? holding : undefined;
  }

  private constructor(lease: Lease, backend: RegistryBackend, context: CoordinationContext, lossError: LossError) {
    this.lease = lease;
    this.#context = context;
    this.#lossError = lossError;
    context.holdings.add(this);
    context.keepAlive.set(this, true);
    this.#undo = [this.#watch(backend), context.validity.register(this)];
  }

  get leasePath(): string {
    return this.lease.path;
  }

  get sessionId(): bigint {
    return this.lease.session.id;
  }

  /** Aborted with the loss error when it is lost; never by a release. */
  get lost(): AbortSignal {
    this.#lookAtClock();
    return this.#lost.signal;
  }

  /** Whether it is held for certain, at this very moment. */
  get sure(): boolean {
    this.#lookAtClock();
    return !this.#over && this.#context.connection.session?.id === this.sessionId;
  }

  /** For how long from now on nobody else can have it, ms, if nothing more is heard from the servers. */
  get certainMs(): number {
    return this.open ? this.#context.validity.leftMs(this.sessionId) : 0;
  }

  /** Whether it is neither released nor lost; while the connection is suspended that is all one can say. */
  get open(): boolean {
    this.#lookAtClock();
    return !this.#over;
  }

  /** The session may be over by now. Its nodes are removed in case it is not. */
  onUncertain(): void {
    this.lose('nothing was heard from the servers for the session timeout');
  }

  lose(why: string): void {
    if (this.#over) return;
    this.#close();
    const error = this.#lossError(why);
    const { connection, settings } = this.#context;
    const line = `${error.code}: ${error.message}`;
    if (connection.phase === 'stopped') settings.logger.info(line);
    else settings.logger.warn(line);
    // Heard of first: when the session lives after all, the removal gives the lock to the next one.
    this.#lost.abort(error);
    void this.#remove();
  }

  /** True when the lease is gone; false when the servers could not be told yet: they will be. */
  release(): Promise<boolean> {
    if (this.#over) return Promise.resolve(true);
    this.#close();
    return this.#remove();
  }

  /** No timer may have run since the process was frozen; nobody shall be told that it holds what it does not. */
  #lookAtClock(): void {
    if (!this.#over && !this.#context.validity.isValid(this.sessionId)) this.onUncertain();
  }

  #close(): void {
    this.#over = true;
    this.#context.holdings.delete(this);
    this.#context.keepAlive.set(this, false);
    for (const undo of this.#undo) undo();
  }

  #remove(): Promise<boolean> {
    return this.#context.pendingDeletes.remove({ sessionId: this.sessionId, path: this.leasePath });
  }

  #watch(backend: RegistryBackend): () => void {
    const watch = backend.watch(
      this.leasePath,
      { children: 'none' },
      {
        node: ({ stat }) => {
          if (stat?.czxid !== this.lease.czxid) this.lose('somebody removed its lease');
        },
        // It cannot be read: that says nothing about whether it is there.
        fault: () => undefined,
      },
    );
    return () => watch.dispose();
  }
}
