import {
  type BackendContext,
  BackendError,
  backoffMs,
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

export interface SessionManagerHost {
  readonly context: BackendContext;
  readonly servers: readonly ServerAddress[];
  readonly createClient: ZooKeeperClientFactory;
  /** A watch has fired. */
  changed(event: WatchEvent): void;
  /** Called after the observer. A new session has no watches. */
  connected(isNewSession: boolean): void;
  /** The connection broke. */
  disconnected(): void;
}

const pause = { firstMs: 100, longestMs: 10_000, jitter: 1 };

/** After this many session timeouts without a connection, client and session are replaced. */
const replaceAfterTimeouts = 2;

/**
 * Keeps a session open, with one client per session. A new client replaces the old one when the servers expire the session, and also
 * after two timeouts without a connection: a server that came back with older data rejects the old session for ever, but
 * never reports it as expired.
 */
export class SessionManager {
  readonly #host: SessionManagerHost;
  readonly #failures: ServerFailures;
  /** The latest last. */
  #credentials: readonly Credentials[];
  #observer: ConnectionObserver | undefined;
  #client: ZooKeeperClient | undefined;
  /** The current session: connected, or suspended and perhaps alive. */
  #session: Session | undefined;
  #lastId: bigint | undefined;
  #connected = false;
  #closing: Promise<void> | undefined;
  #cancelTimeout: CancelTimer | undefined;
  #cancelReopening: CancelTimer | undefined;
  #startedAt = Number.NEGATIVE_INFINITY;
  /** The number of sessions in a row that ended within their own timeout. */
  #shortLived = 0;
  /** Replaced clients that are still closing. */
  readonly #closingClients = new Set<Promise<void>>();

  constructor(host: SessionManagerHost) {
    this.#host = host;
    this.#failures = new ServerFailures(host.servers);
    const { credentials } = host.context;
    this.#credentials = credentials === undefined ? [] : [credentials];
  }

  /** The current client; undefined unless connected. */
  get client(): ZooKeeperClient | undefined {
    return this.#connected ? this.#client : undefined;
  }

  /** The client whose watches are armed, now or once it is connected again; undefined if there is none. */
  get latestClient(): ZooKeeperClient | undefined {
    return this.#client;
  }

  /** The time since the last answer of the servers, ms. */
  get quietMs(): number {
    return this.client?.quietMs ?? 0;
  }

  /** The reasons why there is no connection; empty while there is one. */
  get serverFailures(): readonly ServerFailure[] {
    return this.#connected ? [] : this.#failures.list;
  }

  connect(observer: ConnectionObserver): void {
    if (this.#closing !== undefined) return;
    this.#observer = observer;
    this.#open();
  }

  /** Adds credentials to this and every later session. Earlier credentials stay active. */
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
      if (this.#client === client && this.#closing === undefined) this.#onClientEvent(event);
    });
  }

  #onClientEvent(event: ClientEvent): void {
    switch (event.type) {
      case 'watch':
        this.#onWatchEvent(event.event);
        return;
      case 'connected':
        this.#onConnected({ id: event.sessionId, timeoutMs: event.timeoutMs }, event.server);
        return;
      case 'disconnected':
        this.#onDisconnected(event.quietMs);
        return;
      case 'expired':
        this.#replace('The servers ended the session');
        return;
      case 'fault':
        this.#observer?.({ type: 'fault', error: toRegistryError(event.error) });
    }
  }

  #onWatchEvent(event: WatchEvent): void {
    const error = flawOfEventPath(event.path);
    if (error === undefined) this.#host.changed(event);
    else this.#observer?.({ type: 'fault', error });
  }

  #onConnected(session: Session, server: ServerAddress | undefined): void {
    this.#cancelTimeout?.();
    const fresh = session.id !== this.#lastId;
    this.#session = session;
    this.#lastId = session.id;
    this.#connected = true;
    this.#failures.clear();
    if (fresh) this.#startedAt = this.#host.context.clock.now();
    this.#observer?.({ type: 'connected', session, server: server && formatAddress(server) });
    // Synchronously, so that the reads are sent before the registrations that the registry now starts.
    this.#host.connected(fresh);
  }

  #onDisconnected(quietMs: number): void {
    if (!this.#connected) return;
    this.#connected = false;
    this.#host.disconnected();
    const timeoutMs = this.#session?.timeoutMs ?? this.#host.context.timeoutMs;
    const leftMs = Math.max(0, replaceAfterTimeouts * timeoutMs - quietMs);
    this.#cancelTimeout = this.#host.context.clock.backgroundTimer(leftMs, () =>
      this.#replace('Nothing good was heard of the session for two timeouts'),
    );
    this.#observer?.({ type: 'suspended', quietMs });
  }

  /** Replaces client and session. */
  #replace(why: string): void {
    this.#cancelTimeout?.();
    const pauseMs = this.#pauseAfter(this.#session);
    const hadSession = this.#session !== undefined;
    const wasConnected = this.#connected;
    this.#connected = false;
    this.#session = undefined;
    this.#closeClient();
    if (wasConnected) this.#host.disconnected();
    if (hadSession) this.#observer?.({ type: 'lost', cause: new BackendError(why) });
    // The observer may have called `close`.
    if (this.#closing !== undefined) return;
    if (pauseMs === 0) this.#open();
    else this.#cancelReopening = this.#host.context.clock.backgroundTimer(pauseMs, () => this.#open());
  }

  /**
   * No pause after a session that lived for its timeout. Sessions that end soon after they begin (with rejected credentials, for
   * example) are followed by a growing pause, with full jitter.
   */
  #pauseAfter(session: Session | undefined): number {
    const { clock, random } = this.#host.context;
    const livedMs = clock.now() - this.#startedAt;
    const lived = session !== undefined && livedMs >= session.timeoutMs;
    this.#shortLived = lived ? 0 : this.#shortLived + 1;
    if (this.#shortLived <= 1) return 0;
    return backoffMs(this.#shortLived - 1, pause, () => 1 - random());
  }

  #closeClient(): void {
    const closing = this.#client?.close();
    this.#client = undefined;
    if (closing === undefined) return;
    this.#closingClients.add(closing);
    void closing.finally(() => this.#closingClients.delete(closing));
  }

  async #close(): Promise<void> {
    this.#cancelTimeout?.();
    this.#cancelReopening?.();
    this.#connected = false;
    this.#closeClient();
    this.#host.disconnected();
    await Promise.allSettled(this.#closingClients);
  }
}
