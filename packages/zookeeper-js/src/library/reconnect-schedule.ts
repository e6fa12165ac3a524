import type { ServerAddress } from '@ndsr/zookeeper-common';

const firstDelayMs = 100;
const longestDelayMs = 10_000;
/** Of the first attempt after the only server's connection broke: its other clients come back at the same time. */
const longestJitterMs = 100;
const shortestPatienceMs = 500;

export interface Attempt {
  readonly server: ServerAddress;
  readonly delayMs: number;
  /** How long to wait for the server in the handshake. */
  readonly patienceMs: number;
}

/** What is known of the session when an attempt is planned. */
export interface SessionView {
  readonly timeoutMs: number;
  /** When a server was last heard from within the session, null before the first time. */
  readonly contactAt: number | null;
}

/**
 * Which server to try next, and when. All are tried once without waiting; then each attempt waits a random part of a
 * time that doubles with each pass. Where there is one server only, the first attempt after a connection that had been
 * good waits a little too: all its clients have lost it in the same moment, and behind one name there may be many servers.
 * Of several servers another one is tried at once: each client has an order of its own, so the clients spread.
 *
 * The library has no such pause where a server accepts and then drops: it makes up to 60 connections a second.
 */
export class ReconnectSchedule {
  readonly #servers: readonly ServerAddress[];
  readonly #random: () => number;
  readonly #triedAt: Map<ServerAddress, number> = new Map();
  #next = 0;
  #attempts = 0;
  #wasGood = false;
  /** Connections in a row that ended for what came over them. */
  #malformed = 0;

  constructor(servers: readonly ServerAddress[], random: () => number) {
    this.#servers = shuffled(servers, random);
    this.#random = random;
  }

  /** A connection answered beyond the handshake. */
  succeeded(): void {
    this.#attempts = 0;
    this.#wasGood = true;
  }

  /** @param wasMalformed whether for what came over it. Such a server may well answer other requests, and is good as often as it is tried */
  ended(wasMalformed: boolean): void {
    this.#malformed = wasMalformed ? this.#malformed + 1 : 0;
  }

  plan(now: number, session: SessionView): Attempt {
    const server = this.#servers[this.#next % this.#servers.length];
    if (server === undefined) throw new TypeError('no servers');
    const pass = Math.floor(Math.max(this.#attempts, this.#malformed) / this.#servers.length);
    const delayMs =
      pass === 0 ? this.#spacingMs(now, server) + this.#jitterMs() : this.#random() * longestWaitMs(now, pass, session);
    this.#next += 1;
    this.#attempts += 1;
    this.#wasGood = false;
    this.#triedAt.set(server, now + delayMs);
    return { server, delayMs, patienceMs: patienceMs(pass, this.#servers.length, session.timeoutMs) };
  }

  #jitterMs(): number {
    return this.#wasGood && this.#servers.length === 1 ? this.#random() * longestJitterMs : 0;
  }

  /** A server that proves good each time and then drops the connection must not be tried in a tight loop either. */
  #spacingMs(now: number, server: ServerAddress): number {
    const triedAt = this.#triedAt.get(server);
    return triedAt === undefined ? 0 : Math.max(0, triedAt + firstDelayMs - now);
  }
}

/** While the session may be alive there is something to lose by waiting. */
function longestWaitMs(now: number, pass: number, { timeoutMs, contactAt }: SessionView): number {
  const mayBeAlive = contactAt !== null && now - contactAt < timeoutMs;
  return Math.min(
    firstDelayMs * 2 ** (pass - 1),
    mayBeAlive ? timeoutMs / 3 : Number.POSITIVE_INFINITY,
    longestDelayMs,
  );
}

/**
 * A silent server is noticed when a third of the timeout is left: enough to try two others. Servers that are merely
 * slow, all of them, get more time in each pass; else a crowd that comes back together is never served.
 */
function patienceMs(pass: number, servers: number, timeoutMs: number): number {
  const first = Math.max(shortestPatienceMs, timeoutMs / (servers === 1 ? 3 : 6));
  return Math.max(first, Math.min(first * 2 ** pass, (timeoutMs * 2) / 3));
}

/** Fisher and Yates. */
function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const left = [...items];
  const result: T[] = [];
  while (left.length > 0) result.push(...left.splice(Math.floor(random() * left.length), 1));
  return result;
}
