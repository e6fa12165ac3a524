import type { Session } from '../backend/registry-backend.js';
import type { CancelTimer, Clock } from '../time/clock.js';

/** Who relies on the session: a lock that is held. */
export interface Reliant {
  /** A node to ask for, to hear that the session is alive. */
  readonly leasePath: string;
  readonly sessionId: bigint;
  /** The servers may give to others what is ours. */
  distrust(): void;
}

export interface TrustHost {
  readonly clock: Clock;
  /** The session of this moment; undefined unless connected. */
  session(): Session | undefined;
  /** Asks the servers for anything; resolves when they have answered. */
  ask(path: string): Promise<unknown>;
}

/** Asked so often within a session timeout. */
const beatsPerTimeout = 3;
/** What our clock and our timers may be late by, as a part of the session timeout. */
const margin = 1 / 10;

/**
 * How long the servers keep our session for certain, by our own clock: a request that they answered was sent at some time,
 * and they count the session timeout from a later one. So whatever the connection looks like, and however late an answer
 * was, nobody else can have a lock of ours before that time is over. Asks the servers regularly while anybody relies on it.
 */
export class SessionTrust {
  readonly #host: TrustHost;
  readonly #reliants = new Set<Reliant>();
  #sessionId: bigint | undefined;
  #until = Number.NEGATIVE_INFINITY;
  #cancelBeat: CancelTimer | undefined;
  #cancelEnd: CancelTimer | undefined;

  constructor(host: TrustHost) {
    this.#host = host;
  }

  /** Whether that session is alive for certain. Right even when the process stood still and no timer has run since. */
  holds(sessionId: bigint): boolean {
    return this.leftMs(sessionId) > 0;
  }

  /** For how long from now on that session is alive for certain, ms; 0 when that cannot be said. */
  leftMs(sessionId: bigint): number {
    return sessionId === this.#sessionId ? Math.max(0, this.#until - this.#host.clock.now()) : 0;
  }

  /** The servers have answered in `session` what was sent at `sentAt`. */
  confirm({ id, timeoutMs }: Session, sentAt: number): void {
    const until = sentAt + timeoutMs * (1 - margin);
    this.#until = id === this.#sessionId ? Math.max(this.#until, until) : until;
    this.#sessionId = id;
    for (const reliant of [...this.#reliants]) if (reliant.sessionId !== id) reliant.distrust();
    this.#setEnd();
  }

  /** `reliant` is told when the time is over. Returns the undo. */
  rely(reliant: Reliant): () => void {
    this.#reliants.add(reliant);
    this.#setEnd();
    if (this.#cancelBeat === undefined) this.#beatLater();
    return () => {
      this.#reliants.delete(reliant);
      if (this.#reliants.size === 0) this.#rest();
    };
  }

  /** Asks now: there is a connection again. */
  beat(): void {
    this.#cancelBeat?.();
    this.#cancelBeat = undefined;
    const [reliant] = this.#reliants;
    if (reliant === undefined) return;
    const session = this.#host.session();
    if (session !== undefined) void this.#ask(session, reliant.leasePath);
    this.#beatLater();
  }

  async #ask(session: Session, path: string): Promise<void> {
    const sentAt = this.#host.clock.now();
    try {
      await this.#host.ask(path);
      if (this.#host.session()?.id === session.id) this.confirm(session, sentAt);
    } catch {
      // No sign of life. The next beat asks again.
    }
  }

  #beatLater(): void {
    const timeoutMs = this.#host.session()?.timeoutMs;
    // Without a connection the next one calls `beat`; a session without a timeout needs none.
    if (timeoutMs === undefined || !Number.isFinite(timeoutMs)) return;
    this.#cancelBeat = this.#host.clock.backgroundTimer(timeoutMs / beatsPerTimeout, () => this.beat());
  }

  #setEnd(): void {
    this.#cancelEnd?.();
    this.#cancelEnd = undefined;
    if (this.#reliants.size === 0 || !Number.isFinite(this.#until)) return;
    const left = Math.max(0, this.#until - this.#host.clock.now());
    this.#cancelEnd = this.#host.clock.backgroundTimer(left, () => this.#end());
  }

  #end(): void {
    // Node's timers may be early by up to a millisecond.
    if (this.#host.clock.now() < this.#until) this.#setEnd();
    else for (const reliant of [...this.#reliants]) reliant.distrust();
  }

  #rest(): void {
    this.#cancelBeat?.();
    this.#cancelBeat = undefined;
    this.#cancelEnd?.();
    this.#cancelEnd = undefined;
  }
}
