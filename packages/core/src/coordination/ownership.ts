import type { RegistryBackend } from '../backend/registry-backend.js';
import type { ServiceRegistryError } from '../errors/service-registry-error.js';
import type { ActiveOwnership, CoordinationContext, OwnedNode } from './coordination-context.js';
import { OwnedNodeWatch } from './owned-node-watch.js';
import type { SessionDependent } from './session-validity.js';

/** Creates the error of a loss, with its reason. */
export type LossError = (why: string) => ServiceRegistryError;

/** A held lock, or the leadership of an election, until it is released or lost. */
export class Ownership implements ActiveOwnership, SessionDependent {
  readonly node: OwnedNode;
  readonly #context: CoordinationContext;
  readonly #lossError: LossError;
  readonly #lost = new AbortController();
  readonly #watch: OwnedNodeWatch;
  readonly #unregister: () => void;
  #ended = false;

  /** Undefined if the session ended before it began. */
  static begin(node: OwnedNode, context: CoordinationContext, lossError: LossError): Ownership | undefined {
    const backend = context.backend();
    const { state } = context.connection;
    const isAlive =
      (state.phase === 'connected' || state.phase === 'suspended') && state.session.id === node.session.id;
    if (backend === undefined || !isAlive) {
      node.watch?.dispose();
      return undefined;
    }
    const ownership = new Ownership(node, backend, context, lossError);
    return ownership.isHeld ? ownership : undefined;
  }

  private constructor(node: OwnedNode, backend: RegistryBackend, context: CoordinationContext, lossError: LossError) {
    this.node = node;
    this.#context = context;
    this.#lossError = lossError;
    context.ownerships.add(this);
    context.keepAlive.set(this, true);
    this.#watch = node.watch ?? new OwnedNodeWatch(node.path, backend);
    this.#unregister = context.validity.register(this);
    this.#watch.listen(({ stat }) => {
      if (stat?.czxid !== node.czxid) this.lose('another client removed its node');
    });
  }

  get nodePath(): string {
    return this.node.path;
  }

  get sessionId(): bigint {
    return this.node.session.id;
  }

  /** Aborted with the loss error when it is lost; a release does not abort it. */
  get lost(): AbortSignal {
    this.#checkClock();
    return this.#lost.signal;
  }

  /** True if it is certainly held at this moment. */
  get isCertain(): boolean {
    this.#checkClock();
    return !this.#ended && this.#context.connection.session?.id === this.sessionId;
  }

  /** How long no other client can obtain it, ms from now, even without further answers from the servers. */
  get certainMs(): number {
    return this.isHeld ? this.#context.validity.leftMs(this.sessionId) : 0;
  }

  /** True if it is neither released nor lost; while the connection is suspended nothing more is known. */
  get isHeld(): boolean {
    this.#checkClock();
    return !this.#ended;
  }

  /** The session may have ended by now. Its node is removed in case it has not. */
  onUncertain(): void {
    this.lose('no answer from the servers for the session timeout');
  }

  lose(why: string): void {
    if (this.#ended) return;
    this.#end();
    const error = this.#lossError(why);
    const { connection, settings } = this.#context;
    const message = `${error.code}: ${error.message}`;
    if (connection.phase === 'stopped') settings.logger.info(message);
    else settings.logger.warn(message);
    // Abort first: if the session is still alive, the removal hands the lock to the next contender.
    this.#lost.abort(error);
    void this.#remove();
  }

  /** True if the node is gone; false if it could not be deleted yet: it will be later. */
  release(): Promise<boolean> {
    if (this.#ended) return Promise.resolve(true);
    this.#end();
    return this.#remove();
  }

  /** No timer may have run while the process was frozen, so every getter checks the clock first. */
  #checkClock(): void {
    if (!this.#ended && !this.#context.validity.isValid(this.sessionId)) this.onUncertain();
  }

  #end(): void {
    this.#ended = true;
    this.#context.ownerships.delete(this);
    this.#context.keepAlive.set(this, false);
    this.#watch.dispose();
    this.#unregister();
  }

  #remove(): Promise<boolean> {
    return this.#context.pendingDeletes.remove({ sessionId: this.sessionId, path: this.nodePath });
  }
}
