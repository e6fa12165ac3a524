import { type NoConnectionError, RequestRefusedError, TimeoutError } from '../errors/connection-errors.js';
import type { Clock } from '../time/clock.js';
import { Deadlines } from '../time/deadlines.js';
import { quarantinePauseMs } from './retry-pause.js';

/** What a run sends, as far as its answer depends on it. */
export interface Payload {
  /** The same object for as long as the same is sent. */
  readonly request: object;
  /** Bytes of path and data. */
  readonly bytes: number;
}

/** A run, as far as the quarantine is concerned. */
export interface Quarantined {
  readonly path: string;
  /** What it would send now. */
  readonly payload: Payload;
  /** Ends it before it has begun. */
  fail(error: Error): void;
}

/** How a run ended: with an answer; without one, because the connection that `payload` was sent on closed; or otherwise. */
export type RunEnd = { readonly type: 'answered' | 'unknown' } | { readonly type: 'closed'; readonly payload: Payload };

export interface QuarantineHost<Run extends Quarantined> {
  readonly clock: Clock;
  readonly random: () => number;
  /** How long a run may wait until it may begin, ms. */
  readonly requestTimeoutMs: number;
  /** Has `run` begin. */
  start(run: Run): void;
  /** The error of a run that cannot send anything. */
  noConnection(path: string): NoConnectionError;
  /** Background trouble: a request was refused that no run waits to send. */
  fault(error: RequestRefusedError): void;
}

interface Suspicion extends Payload {
  /** How many connections in a row closed before this was answered. */
  closings: number;
  /** When it may be sent again; undefined unless it is refused. */
  retryAt: number | undefined;
}

interface Refusal extends Suspicion {
  readonly retryAt: number;
}

/** So many closings may be a coincidence. */
const harmlessClosings = 2;
/** Servers take at least that much, bytes: where less was refused, it was not because of its size. */
const alwaysTaken = 1_024;
/** What is refused because something smaller is, is tried that long after it, ms. */
const afterSmallerMs = 1_000;

/**
 * Finds the requests that the servers refuse by closing the connection, as they do with one that is larger than their
 * `jute.maxbuffer`. Everything in flight fails then, so a closing alone does not tell which request it was.
 *
 * A request that two closings left without an answer runs alone, the smallest that waits first. If the connection closes
 * again, it is refused, and tried again after a pause that grows. Whatever else is retried in the background and is at
 * least as large is refused with it and waits until the servers take the smaller: it costs no closing of its own.
 */
export class Quarantine<Run extends Quarantined> {
  readonly #host: QuarantineHost<Run>;
  readonly #deadlines: Deadlines<Run>;
  /** By path. */
  readonly #suspicions = new Map<string, Suspicion>();
  readonly #waiting = new Set<Run>();
  /** Each with the number of the connection that it began on. */
  readonly #underWay = new Map<Run, number>();
  #alone: Run | undefined;
  #connection = 0;
  /** The latest that is known to have closed: what is sent on it fails at once, and that says nothing about it. */
  #closedConnection = -1;
  /** How often a request was refused since none was left. */
  #refusals = 0;

  constructor(host: QuarantineHost<Run>) {
    this.#host = host;
    const { clock, requestTimeoutMs: ms } = host;
    this.#deadlines = new Deadlines({ clock, ms, over: (run) => this.#giveUp(run) });
  }

  /** Starts `run` as soon as it may be under way together with the others. */
  enter(run: Run): void {
    if (this.#suspicions.size === 0 && this.#waiting.size === 0) {
      this.#start(run);
      return;
    }
    this.#waiting.add(run);
    this.#deadlines.begin(run);
    this.#startNext();
  }

  /** `run` has ended. Returns the error that replaces its own when its request is refused. */
  ended(run: Run, end: RunEnd): RequestRefusedError | undefined {
    const wasAlone = this.#alone === run;
    if (wasAlone) this.#alone = undefined;
    const connection = this.#underWay.get(run);
    this.#underWay.delete(run);
    if (end.type === 'answered') this.forget(run.path);
    const isClosing = end.type === 'closed' && connection !== undefined;
    const refused = isClosing ? this.#closed(run.path, end.payload, connection, wasAlone) : undefined;
    this.#startNext();
    return refused;
  }

  connected(): void {
    this.#connection += 1;
  }

  /** What waits fails, as it would if it were sent. */
  disconnected(): void {
    for (const run of [...this.#waiting]) {
      this.#leave(run);
      run.fail(this.#host.noConnection(run.path));
    }
  }

  /** Whatever was sent to `path` was answered, or is not wanted any more. */
  forget(path: string): void {
    if (!this.#suspicions.delete(path)) return;
    if (![...this.#suspicions.values()].some(({ retryAt }) => retryAt !== undefined)) this.#refusals = 0;
  }

  /** How long `payload` must not be sent in the background, ms. Refuses it when something smaller is refused. */
  pauseMs(path: string, payload: Payload): number {
    if (this.#suspicions.size === 0) return 0;
    const known = this.#suspicionOf(path, payload);
    const limit = this.#smallestRefusal();
    const retryAt = known?.retryAt ?? Number.NEGATIVE_INFINITY;
    if (limit === undefined || known === limit || payload.bytes < limit.bytes) return this.#untilMs(retryAt);
    if (known?.retryAt === undefined) this.#refuseToo(path, payload, limit);
    return this.#untilMs(Math.max(retryAt, limit.retryAt + afterSmallerMs));
  }

  #untilMs(time: number): number {
    return Math.max(0, time - this.#host.clock.now());
  }

  /** The smallest that is refused for its size. */
  #smallestRefusal(): Refusal | undefined {
    let smallest: Refusal | undefined;
    for (const suspicion of this.#suspicions.values()) {
      if (!isRefusal(suspicion) || suspicion.bytes <= alwaysTaken) continue;
      if (smallest === undefined || suspicion.bytes < smallest.bytes) smallest = suspicion;
    }
    return smallest;
  }

  #suspicionOf(path: string, { request }: Payload): Suspicion | undefined {
    const suspicion = this.#suspicions.get(path);
    return suspicion?.request === request ? suspicion : undefined;
  }

  #refuseToo(path: string, payload: Payload, { retryAt }: Refusal): void {
    this.#suspicions.set(path, { ...payload, closings: harmlessClosings, retryAt });
    const reason = 'they closed the connection on a smaller write that was alone';
    this.#host.fault(new RequestRefusedError(path, payload.bytes, reason));
  }

  #start(run: Run): void {
    if (this.#connection > this.#closedConnection) this.#underWay.set(run, this.#connection);
    this.#host.start(run);
  }

  #startNext(): void {
    if (this.#alone !== undefined || this.#waiting.size === 0) return;
    const suspect = this.#smallestSuspect();
    if (suspect === undefined) {
      for (const run of [...this.#waiting]) this.#startWaiting(run);
    } else if (this.#underWay.size === 0) {
      this.#alone = suspect;
      this.#startWaiting(suspect);
    }
  }

  #startWaiting(run: Run): void {
    this.#leave(run);
    this.#start(run);
  }

  #smallestSuspect(): Run | undefined {
    let smallest: Run | undefined;
    for (const run of this.#waiting) {
      if (!this.#isSuspect(run)) continue;
      if (smallest === undefined || run.payload.bytes < smallest.payload.bytes) smallest = run;
    }
    return smallest;
  }

  #isSuspect({ path, payload }: Run): boolean {
    return (this.#suspicionOf(path, payload)?.closings ?? 0) >= harmlessClosings;
  }

  #closed(path: string, payload: Payload, connection: number, wasAlone: boolean): RequestRefusedError | undefined {
    this.#closedConnection = Math.max(this.#closedConnection, connection);
    const suspicion = this.#suspicionOf(path, payload) ?? { ...payload, closings: 0, retryAt: undefined };
    suspicion.closings += 1;
    this.#suspicions.set(path, suspicion);
    if (!wasAlone || suspicion.closings <= harmlessClosings) return undefined;
    this.#refusals += 1;
    suspicion.retryAt = this.#host.clock.now() + quarantinePauseMs(this.#refusals, this.#host.random);
    const reason =
      'they closed the connection each time instead of an answer, the last time with no other write under way';
    return new RequestRefusedError(path, suspicion.bytes, reason);
  }

  #giveUp(run: Run): void {
    this.#leave(run);
    const { path } = run;
    const message = `${path} waited ${this.#host.requestTimeoutMs} ms while others were tried alone`;
    run.fail(new TimeoutError(message, { path }));
  }

  #leave(run: Run): void {
    this.#waiting.delete(run);
    this.#deadlines.end(run);
  }
}

function isRefusal(suspicion: Suspicion): suspicion is Refusal {
  return suspicion.retryAt !== undefined;
}
