import type { Session } from '../backend/registry-backend.js';
import type { CancelTimer, Clock } from '../time/clock.js';

/** Depends on the session: a held lock, or leadership. */
export interface SessionDependent {
  /** The node that is read to confirm that the session is alive. */
  readonly nodePath: string;
  readonly sessionId: bigint;
  /** Called when the servers may give our locks to other clients. */
  onUncertain(): void;
}

export interface SessionValidityHost {
  readonly clock: Clock;
  /** The current session; undefined unless connected. */
  session(): Session | undefined;
  /** Sends any request to the servers; resolves once they have answered. */
  probe(path: string): Promise<unknown>;
}

/** Number of pings per session timeout. */
const pingsPerTimeout = 3;
/** Tolerance for a late clock and late timers, as a fraction of the session timeout. */
const safetyMargin = 1 / 10;

/**
 * Tracks how long the servers certainly keep our session, by our own clock. They count the session timeout from after the
 * moment at which an answered request was sent. Until that time is over no other client can obtain our locks, regardless of
 * the connection and of late answers. Pings the servers regularly while the session has dependents.
 */
export class SessionValidity {
  readonly #host: SessionValidityHost;
  readonly #dependents = new Set<SessionDependent>();
  #sessionId: bigint | undefined;
  #validUntil = Number.NEGATIVE_INFINITY;
  #cancelPing: CancelTimer | undefined;
  #cancelExpiry: CancelTimer | undefined;

  constructor(host: SessionValidityHost) {
    this.#host = host;
  }

  /** True if that session is certainly alive. Correct even after the process was frozen, before any timer has run. */
  isValid(sessionId: bigint): boolean {
    return this.leftMs(sessionId) > 0;
  }

  /** How long that session is certainly alive, ms from now; 0 if that is unknown. */
  leftMs(sessionId: bigint): number {
    return sessionId === this.#sessionId ? Math.max(0, this.#validUntil - this.#host.clock.now()) : 0;
  }

  /** The servers answered, in `session`, a request that was sent at `sentAt`. */
  confirm({ id, timeoutMs }: Session, sentAt: number): void {
    const until = sentAt + timeoutMs * (1 - safetyMargin);
    this.#validUntil = id === this.#sessionId ? Math.max(this.#validUntil, until) : until;
    this.#sessionId = id;
    for (const dependent of [...this.#dependents]) if (dependent.sessionId !== id) dependent.onUncertain();
    this.#scheduleExpiry();
  }

  /** Notifies `dependent` when the time is over. Returns a function that unregisters it. */
  register(dependent: SessionDependent): () => void {
    this.#dependents.add(dependent);
    this.#scheduleExpiry();
    if (this.#cancelPing === undefined) this.#schedulePing();
    return () => {
      this.#dependents.delete(dependent);
      if (this.#dependents.size === 0) this.#cancelTimers();
    };
  }

  /** Pings now; called when a connection is established. */
  ping(): void {
    this.#cancelPing?.();
    this.#cancelPing = undefined;
    const [dependent] = this.#dependents;
    if (dependent === undefined) return;
    const session = this.#host.session();
    if (session !== undefined) void this.#probe(session, dependent.nodePath);
    this.#schedulePing();
  }

  async #probe(session: Session, path: string): Promise<void> {
    const sentAt = this.#host.clock.now();
    try {
      await this.#host.probe(path);
      if (this.#host.session()?.id === session.id) this.confirm(session, sentAt);
    } catch {
      // No sign of life. The next ping tries again.
    }
  }

  #schedulePing(): void {
    const timeoutMs = this.#host.session()?.timeoutMs;
    // Without a connection the next one calls `ping`; a session without a timeout needs none.
    if (timeoutMs === undefined || !Number.isFinite(timeoutMs)) return;
    this.#cancelPing = this.#host.clock.backgroundTimer(timeoutMs / pingsPerTimeout, () => this.ping());
  }

  #scheduleExpiry(): void {
    this.#cancelExpiry?.();
    this.#cancelExpiry = undefined;
    if (this.#dependents.size === 0 || !Number.isFinite(this.#validUntil)) return;
    const left = Math.max(0, this.#validUntil - this.#host.clock.now());
    this.#cancelExpiry = this.#host.clock.backgroundTimer(left, () => this.#onExpiry());
  }

  #onExpiry(): void {
    // Node's timers may be early by up to a millisecond.
    if (this.#host.clock.now() < this.#validUntil) this.#scheduleExpiry();
    else for (const dependent of [...this.#dependents]) dependent.onUncertain();
  }

  #cancelTimers(): void {
    this.#cancelPing?.();
    this.#cancelPing = undefined;
    this.#cancelExpiry?.();
    this.#cancelExpiry = undefined;
  }
}
