import { backoffMs } from '@ndsr/core/backend';
import type { ServerAddress } from '../client/zookeeper-client.js';

const firstDelayMs = 100;
const maxDelayMs = 10_000;
/** Before the first attempt after the connection to the only server broke: its other clients reconnect at the same time. */
const maxJitterMs = 100;
const minHandshakeTimeoutMs = 500;

/** The next attempt to connect. */
export interface PlannedAttempt {
  readonly server: ServerAddress;
  readonly delayMs: number;
  /** The longest wait for the server to give a session, ms. */
  readonly handshakeTimeoutMs: number;
}

/** The state of the session when an attempt is planned. */
export interface SessionView {
  readonly timeoutMs: number;
  /** When a server last answered within the session; null before the first time. */
  readonly lastContactAt: number | null;
}

/**
 * Decides which server to try next, and when. All are tried once without a pause; then each attempt waits a random part of a
 * time that doubles with each pass. With a single server, the first attempt after a working connection waits
 * a little too: all its clients have lost it at the same moment, and behind one name there may be many servers.
 * With several servers another one is tried at once: each client has its own order, so the clients spread.
 *
 * The library has no pause if a server accepts and then drops connections: it makes up to 60 connections a second.
 */
export class ReconnectPolicy {
  readonly #servers: readonly ServerAddress[];
  readonly #random: () => number;
  readonly #triedAt: Map<ServerAddress, number> = new Map();
  #next = 0;
  #attempts = 0;
  #wasConfirmed = false;
  /** Consecutive connections that were closed for malformed frames. */
  #malformed = 0;

  constructor(servers: readonly ServerAddress[], random: () => number) {
    this.#servers = shuffled(servers, random);
    this.#random = random;
  }

  /** A connection answered a request after the handshake. */
  succeeded(): void {
    this.#attempts = 0;
    this.#wasConfirmed = true;
  }

  /**
   * A connection or an attempt ended.
   *
   * @param wasMalformed whether for a malformed frame. Such a server may answer other requests, and succeed at every attempt
   */
  ended(wasMalformed: boolean): void {
    this.#malformed = wasMalformed ? this.#malformed + 1 : 0;
  }

  /** Returns the next attempt, and counts it as made. `now` is the time of the clock, ms. */
  plan(now: number, session: SessionView): PlannedAttempt {
    const server = this.#servers[this.#next % this.#servers.length];
    if (server === undefined) throw new TypeError('no servers');
    const pass = Math.floor(Math.max(this.#attempts, this.#malformed) / this.#servers.length);
    const spacingMs = pass === 0 ? this.#spacingMs(now, server) : 0;
    const delayMs = spacingMs + reconnectPauseMs(this.#situation(pass, now, session), this.#random);
    this.#next += 1;
    this.#attempts += 1;
    this.#wasConfirmed = false;
    this.#triedAt.set(server, now + delayMs);
    return { server, delayMs, handshakeTimeoutMs: handshakeTimeoutMs(pass, this.#servers.length, session.timeoutMs) };
  }

  #situation(pass: number, now: number, { timeoutMs, lastContactAt }: SessionView): ReconnectSituation {
    const mayBeAlive = lastContactAt !== null && now - lastContactAt < timeoutMs;
    return { pass, servers: this.#servers.length, isReturning: this.#wasConfirmed, mayBeAlive, timeoutMs };
  }

  /** A server that answers each time and then drops the connection must not be tried in a tight loop either. */
  #spacingMs(now: number, server: ServerAddress): number {
    const triedAt = this.#triedAt.get(server);
    return triedAt === undefined ? 0 : Math.max(0, triedAt + firstDelayMs - now);
  }
}

/** The state that the pause before an attempt depends on. */
export interface ReconnectSituation {
  /** The number of times that every server has been tried. */
  readonly pass: number;
  /** The number of servers. */
  readonly servers: number;
  /** True if a working connection has just broken. */
  readonly isReturning: boolean;
  /** True if the session may still be alive: it could be lost by waiting. */
  readonly mayBeAlive: boolean;
  /** The session timeout, ms. */
  readonly timeoutMs: number;
}

/** The pause before an attempt: none in the first pass (a short one for a client that returns to its only server), then full jitter. */
export function reconnectPauseMs(
  { pass, servers, isReturning, mayBeAlive, timeoutMs }: ReconnectSituation,
  random: () => number,
): number {
  if (pass === 0) return isReturning && servers === 1 ? random() * maxJitterMs : 0;
  const maxMs = mayBeAlive ? Math.min(timeoutMs / 3, maxDelayMs) : maxDelayMs;
  return backoffMs(pass - 1, { firstMs: firstDelayMs, longestMs: maxMs, jitter: 1 }, () => 1 - random());
}

/**
 * A silent server is detected when a third of the timeout is left: enough to try two others. If all servers are merely slow,
 * they get more time in each pass; otherwise many clients that reconnect together would never be served.
 *
 * @param maxMs the longest time to wait. @default two thirds of the session timeout
 */
export function handshakeTimeoutMs(pass: number, servers: number, timeoutMs: number, maxMs?: number): number {
  const firstMs = Math.max(minHandshakeTimeoutMs, timeoutMs / (servers <= 1 ? 3 : 6));
  return backoffMs(pass, { firstMs, longestMs: maxMs ?? Math.max(firstMs, (timeoutMs * 2) / 3) });
}

/** The Fisher–Yates shuffle. */
export function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const left = [...items];
  const result: T[] = [];
  while (left.length > 0) result.push(...left.splice(Math.floor(random() * left.length), 1));
  return result;
}
