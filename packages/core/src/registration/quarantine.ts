import { type NoConnectionError, RequestRefusedError, TimeoutError } from '../errors/connection-errors.js';
import { type BackoffOptions, backoffMs } from '../time/backoff.js';
import type { Clock } from '../time/clock.js';
import { Deadlines } from '../time/deadlines.js';

/** The part of a request that the servers' answer depends on. */
export interface Payload {
  /** Identifies the content: the same object as long as the content is the same. */
  readonly request: object;
  /** Bytes of path and data. */
  readonly bytes: number;
}

/** A reconciliation, as the quarantine sees it. */
export interface Quarantined {
  readonly path: string;
  /** The payload that it would send now. */
  readonly payload: Payload;
  /** Ends it before it has started. */
  fail(error: unknown): void;
}

/**
 * How a reconciliation ended: the servers answered (`answered`); the connection that `payload` was sent on closed without an
 * answer (`closed`); or in any other way (`unknown`).
 */
export type ReconciliationEnd =
  | { readonly type: 'answered' | 'unknown' }
  | { readonly type: 'closed'; readonly payload: Payload };

export interface QuarantineHost<Item extends Quarantined> {
  readonly clock: Clock;
  readonly random: () => number;
  /** How long an item may wait before it is started, ms. */
  readonly requestTimeoutMs: number;
  start(item: Item): void;
  /** The error for an item that cannot send anything. */
  noConnection(path: string): NoConnectionError;
  /** Reports a refused request that no item is waiting to send. */
  fault(error: RequestRefusedError): void;
}

interface Suspicion extends Payload {
  /** How many connections in a row closed without an answer to this payload. */
  closings: number;
  /** When it may be sent again. Undefined unless it was refused. */
  retryAt: number | undefined;
}

interface Refusal extends Suspicion {
  readonly retryAt: number;
}

/** Up to this number, closed connections may be a coincidence. */
const harmlessClosings = 2;
/** All servers accept this size, bytes: a smaller request was not refused because of its size. */
const alwaysAcceptedBytes = 1_024;
/** Each attempt costs the connection, and can succeed only after the servers' configuration was changed. */
export const refusalBackoff: BackoffOptions = { firstMs: 60_000, longestMs: 600_000, jitter: 0.5 };
/** A request that is refused along with a smaller one is tried this long after the smaller one, ms. */
const afterSmallerMs = 1_000;

/**
 * Finds the requests that the servers refuse by closing the connection, as they do with a request larger than their
 * `jute.maxbuffer`. Every request in flight fails then, so one closed connection does not show which request caused it.
 *
 * A request that was left without an answer on two closed connections is sent alone, the smallest one first. If the
 * connection closes again, the request is refused, and tried again after a pause that grows each time. Any other background
 * request of at least that size is refused with it, without costing another connection, and waits until the servers accept
 * the smaller one.
 */
export class Quarantine<Item extends Quarantined> {
  readonly #host: QuarantineHost<Item>;
  readonly #deadlines: Deadlines<Item>;
  /** By path. */
  readonly #suspicions = new Map<string, Suspicion>();
  readonly #waiting = new Set<Item>();
  /** Each item with the number of the connection on which it was started. */
  readonly #inFlight = new Map<Item, number>();
  #alone: Item | undefined;
  #connection = 0;
  /** The latest connection known to be closed. A request on it fails immediately, which proves nothing about the request. */
  #closedConnection = -1;
  /** How many refusals there were since the last time that no request was refused. */
  #refusals = 0;

  constructor(host: QuarantineHost<Item>) {
    this.#host = host;
    const { clock, requestTimeoutMs: ms } = host;
    this.#deadlines = new Deadlines({ clock, ms, over: (item) => this.#onTimeout(item) });
  }

  /** Starts `item` as soon as it may run together with the others. */
  admit(item: Item): void {
    if (this.#suspicions.size === 0 && this.#waiting.size === 0) {
      this.#start(item);
      return;
    }
    this.#waiting.add(item);
    this.#deadlines.begin(item);
    this.#startNext();
  }

  /** `item` has ended. Returns the error that replaces its own if its request is refused. */
  onEnded(item: Item, end: ReconciliationEnd): RequestRefusedError | undefined {
    const wasAlone = this.#alone === item;
    if (wasAlone) this.#alone = undefined;
    const connection = this.#inFlight.get(item);
    this.#inFlight.delete(item);
    if (end.type === 'answered') this.forget(item.path);
    const isClosing = end.type === 'closed' && connection !== undefined;
    const refused = isClosing ? this.#onClosed(item.path, end.payload, connection, wasAlone) : undefined;
    this.#startNext();
    return refused;
  }

  connected(): void {
    this.#connection += 1;
  }

  /** Items that wait fail, as they would if they were sent. */
  disconnected(): void {
    for (const item of [...this.#waiting]) {
      this.#removeWaiting(item);
      item.fail(this.#host.noConnection(item.path));
    }
  }

  /** The servers answered the request to `path`, or it is no longer wanted. */
  forget(path: string): void {
    if (!this.#suspicions.delete(path)) return;
    if (![...this.#suspicions.values()].some(({ retryAt }) => retryAt !== undefined)) this.#refusals = 0;
  }

  /** How long `payload` must not be sent in the background, ms. Refuses it if a smaller one is refused. */
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

  /** The smallest payload that was refused because of its size. */
  #smallestRefusal(): Refusal | undefined {
    let smallest: Refusal | undefined;
    for (const suspicion of this.#suspicions.values()) {
      if (!isRefusal(suspicion) || suspicion.bytes <= alwaysAcceptedBytes) continue;
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
    const reason = 'they closed the connection on a smaller write that was sent alone';
    this.#host.fault(new RequestRefusedError(path, payload.bytes, reason));
  }

  #start(item: Item): void {
    if (this.#connection > this.#closedConnection) this.#inFlight.set(item, this.#connection);
    this.#host.start(item);
  }

  #startNext(): void {
    if (this.#alone !== undefined || this.#waiting.size === 0) return;
    const suspect = this.#smallestSuspect();
    if (suspect === undefined) {
      for (const item of [...this.#waiting]) this.#startWaiting(item);
    } else if (this.#inFlight.size === 0) {
      this.#alone = suspect;
      this.#startWaiting(suspect);
    }
  }

  #startWaiting(item: Item): void {
    this.#removeWaiting(item);
    this.#start(item);
  }

  #smallestSuspect(): Item | undefined {
    let smallest: Item | undefined;
    for (const item of this.#waiting) {
      if (!this.#isSuspect(item)) continue;
      if (smallest === undefined || item.payload.bytes < smallest.payload.bytes) smallest = item;
    }
    return smallest;
  }

  #isSuspect({ path, payload }: Item): boolean {
    return (this.#suspicionOf(path, payload)?.closings ?? 0) >= harmlessClosings;
  }

  #onClosed(path: string, payload: Payload, connection: number, wasAlone: boolean): RequestRefusedError | undefined {
    this.#closedConnection = Math.max(this.#closedConnection, connection);
    const suspicion = this.#suspicionOf(path, payload) ?? { ...payload, closings: 0, retryAt: undefined };
    suspicion.closings += 1;
    this.#suspicions.set(path, suspicion);
    if (!wasAlone || suspicion.closings <= harmlessClosings) return undefined;
    const { clock, random } = this.#host;
    suspicion.retryAt = clock.now() + backoffMs(this.#refusals, refusalBackoff, random);
    this.#refusals += 1;
    const reason =
      'they closed the connection each time instead of answering, the last time with no other write in flight';
    return new RequestRefusedError(path, suspicion.bytes, reason);
  }

  #onTimeout(item: Item): void {
    this.#removeWaiting(item);
    const { path } = item;
    const message = `${path} waited ${this.#host.requestTimeoutMs} ms while other requests were tried alone`;
    item.fail(new TimeoutError(message, { path }));
  }

  #removeWaiting(item: Item): void {
    this.#waiting.delete(item);
    this.#deadlines.end(item);
  }
}

function isRefusal(suspicion: Suspicion): suspicion is Refusal {
  return suspicion.retryAt !== undefined;
}
