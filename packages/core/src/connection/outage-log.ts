import type { Logger } from '../log/logger.js';
import type { CancelTimer, Clock } from '../time/clock.js';
import type { Connection } from './connection.js';
import type { ConnectionState } from './connection-state.js';

/** Progress of the registrations that are restored after an outage. */
export interface RestoreProgress {
  readonly restored: number;
  /** Not confirmed yet since the connection was established. */
  readonly pending: number;
  /** Failed, or their path belongs to another session. */
  readonly failed: number;
}

export interface OutageLogOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly connection: Connection;
  progress(): RestoreProgress;
}

interface Outage {
  readonly since: number;
  /** The session before the outage; undefined if there was never a connection. */
  readonly sessionId: bigint | undefined;
}

/** The connection after an outage. */
interface OutageEnd {
  readonly outage: Outage;
  readonly at: number;
  readonly sessionId: bigint;
  readonly server: string | undefined;
}

/** How long a connection must last before the outage counts as over, ms; also the interval of the checks for registrations. */
const settleMs = 1_000;
/** After this time the line is written even if registrations are missing, ms. */
const longestWaitMs = 60_000;

/**
 * Writes one WARN line at the end of each outage, so that a log that starts at WARN does not end with "Connection lost". An
 * outage begins with the first warning about the connection and is over once a connection holds and the registrations are back.
 */
export class OutageLog {
  readonly #options: OutageLogOptions;
  #outage: Outage | undefined;
  /** When it started to connect for the first time. */
  #startedAt: number | undefined;
  /** The connection that may have ended the outage. */
  #end: OutageEnd | undefined;
  #cancelCheck: CancelTimer | undefined;

  constructor(options: OutageLogOptions) {
    this.#options = options;
    options.connection.subscribe((state) => this.#onConnectionState(state));
  }

  /** A warning was logged that may be about a missing connection. */
  warned(): void {
    const { clock, connection } = this.#options;
    if (connection.phase === 'connected') return;
    this.#outage ??= { since: this.#startedAt ?? clock.now(), sessionId: undefined };
  }

  #onConnectionState(state: ConnectionState): void {
    this.#cancelCheck?.();
    const end = this.#end;
    this.#end = undefined;
    if (state.phase === 'connected') this.#connected(state);
    else if (state.phase === 'stopped') this.#stopped(end);
    else if (state.phase === 'connecting') this.#startedAt = this.#options.clock.now();
    else if (state.phase === 'idle') this.#abandoned();
    else this.#outage ??= { since: this.#options.clock.now(), sessionId: state.session.id };
  }

  #connected({ session, server }: Connected): void {
    this.#startedAt = undefined;
    if (this.#outage === undefined) return;
    this.#end = { outage: this.#outage, at: this.#options.clock.now(), sessionId: session.id, server };
    this.#checkLater(this.#end);
  }

  #checkLater(end: OutageEnd): void {
    const { clock, progress } = this.#options;
    this.#cancelCheck = clock.backgroundTimer(settleMs, () => {
      if (progress().pending === 0 || clock.now() - end.at >= longestWaitMs) this.#report(end);
      else this.#checkLater(end);
    });
  }

  /** A connection that exists at the stop ends the outage, even a short one. */
  #stopped(end: OutageEnd | undefined): void {
    if (end !== undefined) this.#report(end);
    this.#outage = undefined;
  }

  /** A failed start was reported to its caller, so a later connection does not end a logged outage. */
  #abandoned(): void {
    if (this.#outage?.sessionId === undefined) this.#outage = undefined;
  }

  #report({ outage, at, sessionId, server }: OutageEnd): void {
    this.#outage = undefined;
    this.#end = undefined;
    const isFirst = outage.sessionId === undefined;
    const verb = isFirst ? 'made' : outage.sessionId === sessionId ? 'kept' : 'restored';
    const again = isFirst ? '' : ' again';
    const to = server === undefined ? '' : ` to ${server}`;
    const registrations = describeProgress(this.#options.progress(), verb);
    this.#options.logger.warn(`Connected${again}${to} after ${formatDuration(at - outage.since)}${registrations}`);
  }
}

type Connected = Extract<ConnectionState, { phase: 'connected' }>;

function describeProgress({ restored, pending, failed }: RestoreProgress, verb: string): string {
  const missing = pending + failed;
  if (restored + missing === 0) return '';
  const text = `: ${restored} ${restored === 1 ? 'registration' : 'registrations'} ${verb}`;
  return missing === 0 ? text : `${text}, ${missing} not yet`;
}

/** For people: `12.3 s`, `2 min 5 s`, `3 h 20 min`. */
export function formatDuration(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  if (seconds < 60) return `${(Math.min(ms, 59_900) / 1_000).toFixed(1)} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? `${minutes} min ${seconds % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
