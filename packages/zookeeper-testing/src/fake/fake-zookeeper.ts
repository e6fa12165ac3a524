import type { ClientOptions, ZooKeeperClient, ZooKeeperClientFactory } from '@ndsr/zookeeper-common';
import { ZooKeeperError } from '@ndsr/zookeeper-common';
import { FakeClient } from './fake-client.js';
import { type ClientFrame, type FakeCall, FakeConnection, type ServerFrame } from './fake-connection.js';
import { type FakeRequest, type LoggedRequest, perform } from './fake-request.js';
import { type FakeChange, FakeTree } from './fake-tree.js';

/** Options of the fake ensemble. */
export interface FakeZooKeeperOptions {
  /** The session timeout that every client is granted, ms. @default as requested */
  readonly timeoutMs?: number;
}

/** The fate of requests that are in flight when a connection breaks. */
export interface BreakOptions {
  /** True to execute requests that have not arrived yet; their answers are lost in any case. */
  readonly carryOut?: boolean;
  /** The time since the last answer that the client reports, ms. @default 0 */
  readonly quietMs?: number;
}

/** Selects the requests that a fault affects. */
export type RequestMatch = (request: FakeRequest, client: ZooKeeperClient) => boolean;

/** A frame in flight, which can be delivered while the ensemble holds back everything. */
export interface FakeMove {
  readonly client: ZooKeeperClient;
  readonly direction: 'to-servers' | 'to-client';
  /** Delivers the next frame. */
  step(): void;
}

interface Rule {
  readonly matches: RequestMatch;
  /** Undefined: never answered. */
  readonly number: number | undefined;
}

/**
 * An ensemble in memory, and a factory of its clients: nodes, stats, versions, sessions, ephemeral nodes and one-shot
 * watches as in ZooKeeper. Everything happens later, in order, each frame in a step of its own and without timers or
 * I/O; or, after `hold`, when a test delivers it. Faults on demand. A session ends only when it is closed or expired.
 */
export class FakeZooKeeper {
  /** The nodes: read and write here as another client would. */
  readonly tree: FakeTree = new FakeTree((change) => this.#notifyWatches(change));
  /** Every request that arrived. */
  readonly requests: LoggedRequest[] = [];
  readonly #timeoutMs: number | undefined;
  readonly #clients: FakeClient[] = [];
  /** Clients that want a connection and cannot get one. */
  readonly #waiting = new Set<FakeClient>();
  readonly #cutOff = new Set<ZooKeeperClient>();
  readonly #connections = new Map<FakeConnection, FakeClient>();
  #rules: readonly Rule[] = [];
  #down = false;
  #held = false;

  constructor({ timeoutMs }: FakeZooKeeperOptions = {}) {
    this.#timeoutMs = timeoutMs;
  }

  /** Creates a client of this ensemble, as a binding would. */
  readonly createClient: ZooKeeperClientFactory = (options: ClientOptions) => {
    const client = new FakeClient(options, {
      connect: (connecting) => this.#connect(connecting),
      closeClient: (leaving) => this.#waiting.delete(leaving),
    });
    this.#clients.push(client);
    return client;
  };

  /** Every client created so far, in order. */
  get clients(): readonly ZooKeeperClient[] {
    return this.#clients;
  }

  /** The session of a client; `0n` before it has one. */
  sessionOf(client: ZooKeeperClient): bigint {
    return this.#known(client).sessionId;
  }

  /** Makes the servers unreachable for every client, and breaks every connection. */
  goDown(options: BreakOptions = {}): void {
    this.#down = true;
    for (const client of this.#clients) this.breakConnection(client, options);
  }

  /** Makes the servers reachable again. */
  comeBack(): void {
    this.#down = false;
    this.#connectWaiting();
  }

  /** Makes the servers unreachable for this client alone, until `reconnect`. */
  cutOff(client: ZooKeeperClient, options: BreakOptions = {}): void {
    this.#cutOff.add(client);
    this.breakConnection(client, options);
  }

  /** Undoes `cutOff`. */
  reconnect(client: ZooKeeperClient): void {
    this.#cutOff.delete(client);
    this.#connectWaiting();
  }

  /** Breaks the client's connection, if it has one. It reconnects by itself. */
  breakConnection(client: ZooKeeperClient, { carryOut = false, quietMs = 0 }: BreakOptions = {}): void {
    const { connection } = this.#known(client);
    if (connection === undefined) return;
    connection.isOpen = false;
    connection.toClient.drain();
    for (const frame of connection.toServer.drain()) if (carryOut) this.#serverGets(connection, frame);
    this.#connections.delete(connection);
    this.#known(client).broken(quietMs);
  }

  /** Expires the session of that client: its connection breaks, and it is notified when it reconnects. */
  expire(client: ZooKeeperClient): void {
    const { sessionId } = this.#known(client);
    if (this.tree.sessions.includes(sessionId)) this.tree.closeSession(sessionId);
    this.breakConnection(client);
  }

  /** Answers matching requests with the error of that number, until the returned function is called. */
  refuse(number: number, matches: RequestMatch = () => true): () => void {
    return this.#rule({ number, matches });
  }

  /** Neither executes nor answers matching requests, until the returned function is called. */
  hang(matches: RequestMatch = () => true): () => void {
    return this.#rule({ number: undefined, matches });
  }

  /** Delivers nothing from now on unless a move of `moves` is stepped. */
  hold(): void {
    this.#held = true;
  }

  /** Delivers everything again. */
  release(): void {
    this.#held = false;
    for (const { toServer, toClient } of this.#connections.keys()) {
      toServer.flow();
      toClient.flow();
    }
  }

  /** The frames that can be delivered next: the first one of each direction of each connection. */
  get moves(): readonly FakeMove[] {
    return [...this.#connections].flatMap(([{ toServer, toClient }, client]) => [
      ...(toServer.length > 0 ? [{ client, direction: 'to-servers' as const, step: () => toServer.step() }] : []),
      ...(toClient.length > 0 ? [{ client, direction: 'to-client' as const, step: () => toClient.step() }] : []),
    ]);
  }

  #known(client: ZooKeeperClient): FakeClient {
    if (client instanceof FakeClient && this.#clients.includes(client)) return client;
    throw new TypeError('no client of this ensemble');
  }

  #rule(rule: Rule): () => void {
    this.#rules = [...this.#rules, rule];
    return () => {
      this.#rules = this.#rules.filter((other) => other !== rule);
    };
  }

  #connectWaiting(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const client of waiting) this.#connect(client);
  }

  #connect(client: FakeClient): void {
    if (this.#down || this.#cutOff.has(client)) {
      this.#waiting.add(client);
      return;
    }
    const connection = new FakeConnection({
      serverGets: (at, frame) => this.#serverGets(at, frame),
      clientGets: (at, frame) => this.#clientGets(at, frame),
      isHeld: () => this.#held,
    });
    this.#connections.set(connection, client);
    client.opened(connection);
  }

  #clientGets(connection: FakeConnection, frame: ClientFrame): void {
    const client = this.#connections.get(connection);
    if (frame.type === 'expired' || frame.type === 'closed') this.#connections.delete(connection);
    client?.arrived(frame);
  }

  #serverGets(connection: FakeConnection, frame: ServerFrame): void {
    switch (frame.type) {
      case 'greeting':
        this.#greeted(connection, frame);
        break;
      case 'request':
        this.#asked(connection, frame.call);
        break;
      case 'goodbye':
        if (this.tree.sessions.includes(connection.sessionId)) this.tree.closeSession(connection.sessionId);
        connection.send({ type: 'closed' });
    }
  }

  #greeted(connection: FakeConnection, { sessionId, watches, zxid }: ServerFrame & { type: 'greeting' }): void {
    if (sessionId !== 0n && !this.tree.sessions.includes(sessionId)) {
      connection.send({ type: 'expired' });
      return;
    }
    connection.sessionId = sessionId === 0n ? this.tree.openSession() : sessionId;
    // Missed events arrive before the client is notified that it is connected.
    for (const event of connection.watches.rearm(this.tree, watches, zxid)) connection.send({ type: 'event', event });
    const timeoutMs = this.#timeoutMs ?? this.#connections.get(connection)?.options.sessionTimeoutMs ?? 0;
    connection.send({ type: 'ready', sessionId: connection.sessionId, timeoutMs, zxid: this.tree.zxid });
  }

  #asked(connection: FakeConnection, call: FakeCall): void {
    const client = this.#connections.get(connection);
    if (client === undefined) return;
    this.requests.push({ client, request: call.request });
    const rule = this.#rules.find(({ matches }) => matches(call.request, client));
    if (rule !== undefined && rule.number === undefined) return;
    try {
      if (rule?.number !== undefined) throw new ZooKeeperError(rule.number);
      const value = perform(this.tree, call.request, connection.sessionId);
      connection.watches.arm(call.request, value !== null);
      connection.send({ type: 'value', call, value, zxid: this.tree.zxid });
    } catch (thrown) {
      const error = thrown instanceof Error ? thrown : new Error(String(thrown));
      connection.send({ type: 'error', call, error, zxid: this.tree.zxid });
    }
  }

  /** Each connection receives a change before anything else that the servers send to it. */
  #notifyWatches(change: FakeChange): void {
    for (const connection of this.#connections.keys()) {
      for (const event of connection.watches.trigger(change)) connection.send({ type: 'event', event });
    }
  }
}
