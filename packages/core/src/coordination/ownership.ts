import type { RegistryBackend } from '../backend/registry-backend.js';
import type { ServiceRegistryError } from '../errors/service-registry-error.js';
import type { ActiveOwnership, CoordinationContext, OwnedNode } from './coordination-context.js';
import type { SessionDependent } from './session-validity.js';

/** Says what was lost, and why. */
export type LossError = (why: string) => ServiceRegistryError;

/** A lock that is held, or the leadership of an election, from its lease to its release or its loss. */
export class Ownership implements ActiveOwnership, SessionDependent {
  readonly node: OwnedNode;
  readonly #context: CoordinationContext;
  readonly #lossError: LossError;
  readonly #lost = new AbortController();
  readonly #cleanups: readonly (() => void)[];
  #ended = false;

  /** Undefined when the session was over before it began. */
  static begin(node: OwnedNode, context: CoordinationContext, lossError: LossError): Ownership | undefined {
    const backend = context.backend();
    const { state } = context.connection;
    const isAlive =
      (state.phase === 'connected' || state.phase === 'suspended') && state.session.id === node.session.id;
    const ownership = backend && isAlive ? new Ownership(node, backend, context, lossError) : undefined;
    return ownership?.isHeld === true ? ownership : undefined;
  }

  private constructor(node: OwnedNode, backend: RegistryBackend, context: CoordinationContext, lossError: LossError) {
    this.node = node;
    this.#context = context;
    this.#lossError = lossError;
    context.ownerships.add(this);
    context.keepAlive.set(this, true);
    this.#cleanups = [this.#watch(backend), context.validity.register(this)];
  }

  get nodePath(): string {
    return this.node.path;
  }

  get sessionId(): bigint {
    return this.node.session.id;
  }

  /** Aborted with the loss error when it is lost; never by a release. */
  get lost(): AbortSignal {
    this.#checkClock();
    return this.#lost.signal;
  }

  /** Whether it is held for certain, at this very moment. */
  get isCertain(): boolean {
    this.#checkClock();
    return !this.#ended && this.#context.connection.session?.id === this.sessionId;
  }

  /** For how long from now on nobody else can have it, ms, if nothing more is heard from the servers. */
  get certainMs(): number {
    return this.isHeld ? this.#context.validity.leftMs(this.sessionId) : 0;
  }

  /** Whether it is neither released nor lost; while the connection is suspended that is all one can say. */
  get isHeld(): boolean {
    this.#checkClock();
    return !this.#ended;
  }

  /** The session may be over by now. Its nodes are removed in case it is not. */
  onUncertain(): void {
    this.lose('nothing was heard from the servers for the session timeout');
  }

  lose(why: string): void {
    if (this.#ended) return;
    this.#end();
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
    if (this.#ended) return Promise.resolve(true);
    this.#end();
    return this.#remove();
  }

  /** No timer may have run since the process was frozen; nobody shall be told that it holds what it does not. */
  #checkClock(): void {
    if (!this.#ended && !this.#context.validity.isValid(this.sessionId)) this.onUncertain();
  }

  #end(): void {
    this.#ended = true;
    this.#context.ownerships.delete(this);
    this.#context.keepAlive.set(this, false);
    for (const undo of this.#cleanups) undo();
  }

  #remove(): Promise<boolean> {
    return this.#context.pendingDeletes.remove({ sessionId: this.sessionId, path: this.nodePath });
  }

  #watch(backend: RegistryBackend): () => void {
    const watch = backend.watch(
      this.nodePath,
      { children: 'none' },
      {
        node: ({ stat }) => {
          if (stat?.czxid !== this.node.czxid) this.lose('somebody removed its lease');
        },
        // It cannot be read: that says nothing about whether it is there.
        fault: () => undefined,
      },
    );
    return () => watch.dispose();
  }
}
