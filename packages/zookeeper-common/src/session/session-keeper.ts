import {
  type BackendContext,
  BackendError,
  type CancelTimer,
  type ConnectionObserver,
  type Credentials,
  type ServerFailure,
  type Session,
  toRegistryError,
} from '@ndsr/core/backend';
import { flawOfEventPath } from '../client/reply-content.js';
import type {
  ClientEvent,
  ServerAddress,
  WatchEvent,
  ZooKeeperClient,
  ZooKeeperClientFactory,
} from '../client/zookeeper-client.js';
import { formatAddress } from '../server-list/server-list.js';
import { ServerFailures } from './server-failures.js';

export interface SessionKeeperHost {
  readonly context: BackendContext;
  readonly servers: readonly ServerAddress[];
  readonly createClient: ZooKeeperClientFactory;
  /** A watch that was armed has told of a change. */
  changed(event: WatchEvent): void;
  /** Called after the observer is. `fresh`: it is another session than before, which knows of no watch. */
  connected(fresh: boolean): void;
  /** The connection broke. */
  disconnected(): void;
}

const shortestPauseMs = 100;
const longestPauseMs = 10_000;

/** Without a good reply for so many session timeouts, client and session are thrown away for new ones. */
const patienceInTimeouts = 2;

/**
 * Sees to it that there is a session: one client for each, a new one when the servers end it, and also when nothing good
 * has been heard for two timeouts (a server that came back with older data refuses the old session for ever, without
 * ever calling it expired).
 */
export class SessionKeeper {
  readonly #host: SessionKeeperHost;
  readonly #failures: ServerFailures;
  /** Who we are, the latest last. */
  #credentials: readonly Credentials[];
  #observer: ConnectionObserver | undefined;
  #client: ZooKeeperClient | undefined;
  /** The session in force: connected, or suspended and perhaps alive. */
  #session: Session | undefined;
  #lastId: bigint | undefined;
  #connected = false;
  #closing: Promise<void> | undefined;
  #cancelPatience: CancelTimer | undefined;
  #cancelOpening: CancelTimer | undefined;
  #enteredAt = Number.NEGATIVE_INFINITY;
  /** How many sessions in a row ended before their own timeout had passed once. */
  #shortLived = 0;
  /** Clients that were given up and are still closing. */
  readonly #leaving = new Set<Promise<void>>();

  constructor(host: SessionKeeperHost) {
    this.#host = host;
    this.#failures = new ServerFailures(host.servers);
    const { credentials } = host.context;
    this.#credentials = credentials === undefined ? [] : [credentials];
  }

  /** The client of this moment; undefined unless connected. */
  get client(): ZooKeeperClient | undefined {
    return this.#connected ? this.#client : undefined;
  }

  /** The client whose watches are armed, now or when it is connected again; undefined when there is none. */
  get latestClient(): ZooKeeperClient | undefined {
    return this.#client;
  }

  /** For how long nothing has been heard from the servers, ms. */
  get quietMs(): number {
    return this.client?.quietMs ?? 0;
  }

  /** Why there is no connection; empty while there is one. */
  get serverFailures(): readonly ServerFailure[] {
    return this.#connected ? [] : this.#failures.list;
  }

  connect(observer: ConnectionObserver): void {
    if (this.#closing !== undefined) return;
    this.#observer = observer;
    this.#open();
  }

  /** From now on as those as well, in this session and in each that follows. */
  authenticate(credentials: Credentials): void {
    this.#credentials = [...this.#credentials.filter((known) => !known.equals(credentials)), credentials];
    this.#client?.authenticate(credentials);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  #open(): void {
    const { createClient, servers, context } = this.#host;
    const client = createClient({
      servers,
      sessionTimeoutMs: context.timeoutMs,
      credentials: this.#credentials,
      onServerFailure: (server, error) => this.#failures.failed(server, error),
    });
    this.#client = client;
    client.connect((event) => {
      if (this.#client === client && this.#closing === undefined) this.#follow(event);
    });
  }

  #follow(event: ClientEvent): void {
    switch (event.type) {
      case 'watch':
        this.#changed(event.event);
        return;
      case 'connected':
        this.#enter({ id: event.sessionId, timeoutMs: event.timeoutMs }, event.server);
        return;
      case 'disconnected':
        this.#leave(event.quietMs);
        return;
      case 'expired':
        this.#replace('The servers ended the session');
        return;
      case 'fault':
        this.#observer?.({ type: 'fault', error: toRegistryError(event.error) });
    }
  }

  #changed(event: WatchEvent): void {
    const error = flawOfEventPath(event.path);
    if (error === undefined) this.#host.changed(event);
    else this.#observer?.({ type: 'fault', error });
  }

  #enter(session: Session, server: ServerAddress | undefined): void {
    this.#cancelPatience?.();
    const fresh = session.id !== this.#lastId;
    this.#session = session;
    this.#lastId = session.id;
    this.#connected = true;
    this.#failures.clear();
    if (fresh) this.#enteredAt = this.#host.context.clock.now();
    this.#observer?.({ type: 'connected', session, server: server && formatAddress(server) });
    // In the same step, so the reads are on their way before the registrations that the registry now begins with.
    this.#host.connected(fresh);
  }

  #leave(quietMs: number): void {
    if (!this.#connected) return;
    this.#connected = false;
    this.#host.disconnected();
    const timeoutMs = this.#session?.timeoutMs ?? this.#host.context.timeoutMs;
    const patienceMs = Math.max(0, patienceInTimeouts * timeoutMs - quietMs);
    this.#cancelPatience = this.#host.context.clock.backgroundTimer(patienceMs, () =>
      this.#replace('Nothing good was heard of the session for two timeouts'),
    );
    this.#observer?.({ type: 'suspended', quietMs });
  }

  /** The session is over: another client makes another. */
  #replace(why: string): void {
    this.#cancelPatience?.();
    const pauseMs = this.#pauseAfter(this.#session);
    const hadSession = this.#session !== undefined;
    const wasConnected = this.#connected;
    this.#connected = false;
    this.#session = undefined;
    this.#dismiss();
    if (wasConnected) this.#host.disconnected();
    if (hadSession) this.#observer?.({ type: 'lost', cause: new BackendError(why) });
    // By the observer, just now.
    if (this.#closing !== undefined) return;
    if (pauseMs === 0) this.#open();
    else this.#cancelOpening = this.#host.context.clock.backgroundTimer(pauseMs, () => this.#open());
  }

  /**
   * None after a session that lived. Sessions that end as soon as they begin (credentials that the servers do not take, for
   * one) are followed by a pause that grows, with full jitter.
   */
  #pauseAfter(session: Session | undefined): number {
    const { clock, random } = this.#host.context;
    const livedMs = clock.now() - this.#enteredAt;
    const lived = session !== undefined && livedMs >= session.timeoutMs;
    this.#shortLived = lived ? 0 : this.#shortLived + 1;
    if (this.#shortLived <= 1) return 0;
    return random() * Math.min(longestPauseMs, shortestPauseMs * 2 ** (this.#shortLived - 1));
  }

  #dismiss(): void {
    const closing = this.#client?.close();
    this.#client = undefined;
    if (closing === undefined) return;
    this.#leaving.add(closing);
    void closing.finally(() => this.#leaving.delete(closing));
  }

  async #close(): Promise<void> {
    this.#cancelPatience?.();
    this.#cancelOpening?.();
    this.#connected = false;
    this.#dismiss();
    this.#host.disconnected();
    await Promise.allSettled(this.#leaving);
  }
}
