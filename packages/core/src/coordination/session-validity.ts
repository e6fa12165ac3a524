import type { Session } from '../backend/registry-backend.js';
import type { CancelTimer, Clock } from '../time/clock.js';

/** Who relies on the session: a lock that is held. */
export interface SessionDependent {
  /** A node to ask for, to hear that the session is alive. */
  readonly nodePath: string;
  readonly sessionId: bigint;
  /** The servers may give to others what is ours. */
  onUncertain(): void;
}

export interface SessionValidityHost {
  readonly clock: Clock;
  /** The session of this moment; undefined unless connected. */
  session(): Session | undefined;
  /** Asks the servers for anything; resolves when they have answered. */
  probe(path: string): Promise<unknown>;
}

/** Asked so often within a session timeout. */
const pingsPerTimeout = 3;
/** What our clock and our timers may be late by, as a part of the session timeout. */
const safetyMargin = 1 / 10;

/**
 * How long the servers keep our session for certain, by our own clock: a request that they answered was sent at some time,
 * and they count the session timeout from a later one. So whatever the connection looks like, and however late an answer
 * was, nobody else can have a lock of ours before that time is over. Asks the servers regularly while anybody relies on it.
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

  /** Whether that session is alive for certain. Right even when the process stood still and no timer has run since. */
  isValid(sessionId: bigint): boolean {
    return this.leftMs(sessionId) > 0;
  }

  /** For how long from now on that session is alive for certain, ms; 0 when that cannot be said. */
  leftMs(sessionId: bigint): number {
    return sessionId === this.#sessionId ? Math.max(0, this.#validUntil - this.#host.clock.now()) : 0;
  }

  /** The servers have answered in `session` what was sent at `sentAt`. */
  confirm({ id, timeoutMs }: Session, sentAt: number): void {
    const until = sentAt + timeoutMs * (1 - safetyMargin);
    this.#validUntil = id === this.#sessionId ? Math.max(this.#validUntil, until) : until;
    this.#sessionId = id;
    for (const dependent of [...this.#dependents]) if (dependent.sessionId !== id) dependent.onUncertain();
    this.#scheduleExpiry();
  }

  /** `reliant` is told when the time is over. Returns the undo. */
  register(dependent: SessionDependent): () => void {
    this.#dependents.add(dependent);
    this.#scheduleExpiry();
    if (this.#cancelPing === undefined) this.#schedulePing();
    return () => {
      this.#dependents.delete(dependent);
      if (this.#dependents.size === 0) this.#cancelTimers();
    };
  }

  /** Asks now: there is a connection again. */
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
      // No sign of life. The next beat asks again.
    }
  }

  #schedulePing(): void {
    const timeoutMs = this.#host.session()?.timeoutMs;
    // Without a connection the next one calls `beat`; a session without a timeout needs none.
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
