import type { Credentials, NodeStat } from '@ndsr/core/backend';
import type {
  AclRule,
  ClientEvent,
  ClientObserver,
  ClientOptions,
  CreateMode,
  Read,
  ZooKeeperClient,
} from '@ndsr/zookeeper-common';
import { errorNumbers, ZooKeeperError } from '@ndsr/zookeeper-common';
import type { ClientFrame, FakeCall, FakeConnection } from './fake-connection.js';
import type { FakeRequest } from './fake-request.js';
import { ClientWatches } from './fake-watches.js';

/** What a client needs of its ensemble. */
export interface FakeClientHost {
  /** The client would like to have a connection: `opened` is called when there is one. */
  connect(client: FakeClient): void;
  /** It would not any more. */
  closeClient(client: FakeClient): void;
}

type Phase = 'new' | 'away' | 'connected' | 'over';

/** A client of a fake ensemble. Keeps every duty of the port, without I/O and without timers. */
export class FakeClient implements ZooKeeperClient {
  readonly options: ClientOptions;
  /** Whom it was told to be, in order. */
  readonly identities: Credentials[];
  /** Nothing goes over a wire; a test may say otherwise. */
  quietMs = 0;
  readonly #host: FakeClientHost;
  readonly #watches = new ClientWatches();
  readonly #calls = new Set<FakeCall>();
  /** Paths of reads under way that were forgotten before they were answered. */
  readonly #unwanted = new Set<FakeCall>();
  #phase: Phase = 'new';
  #observer: ClientObserver | undefined;
  #connection: FakeConnection | undefined;
  #sessionId = 0n;
  #zxid = 0n;
  #closing: Promise<void> | undefined;
  #closed: () => void = () => undefined;

  constructor(options: ClientOptions, host: FakeClientHost) {
    this.options = options;
    this.identities = [...(options.credentials ?? [])];
    this.#host = host;
  }

  /** `0n` before there is one. */
  get sessionId(): bigint {
    return this.#sessionId;
  }

  get connection(): FakeConnection | undefined {
    return this.#connection;
  }

  connect(observer: ClientObserver): void {
    if (this.#phase !== 'new') return;
    this.#observer = observer;
    this.#phase = 'away';
    this.#host.connect(this);
  }

  authenticate(credentials: Credentials): void {
    this.identities.push(credentials);
  }

  close(): Promise<void> {
    this.#closing ??= new Promise((resolve) => {
      this.#closed = resolve;
      this.#onSessionOver();
      if (this.#connection === undefined) resolve();
      else this.#connection.toServer.push({ type: 'goodbye' });
      this.#host.closeClient(this);
    });
    return this.#closing;
  }

  exists(read: Read): Promise<NodeStat | null> {
    return this.#ask({ what: 'exists', ...read });
  }

  getData(read: Read): Promise<{ readonly data: Uint8Array | null; readonly stat: NodeStat }> {
    return this.#ask({ what: 'getData', ...read });
  }

  getChildren(read: Read): Promise<{ readonly names: readonly string[]; readonly stat: NodeStat }> {
    return this.#ask({ what: 'getChildren', ...read });
  }

  create(path: string, data: Uint8Array | null, mode: CreateMode, acl?: readonly AclRule[]): Promise<void> {
    return this.#ask({ what: 'create', path, data, mode, acl });
  }

  createSequential(path: string, data: Uint8Array, acl?: readonly AclRule[]): Promise<string> {
    return this.#ask({ what: 'createSequential', path, data, acl });
  }

  setData(path: string, data: Uint8Array, version: number): Promise<void> {
    return this.#ask({ what: 'setData', path, data, version });
  }

  remove(path: string, version: number): Promise<void> {
    return this.#ask({ what: 'remove', path, version });
  }

  replace(path: string, version: number, data: Uint8Array, mode: CreateMode, acl?: readonly AclRule[]): Promise<void> {
    return this.#ask({ what: 'replace', path, version, data, mode, acl });
  }

  async watchRecursively(path: string): Promise<void> {
    this.#watches.recursive.add(path);
    await this.#ask({ what: 'watchRecursively', path });
  }

  forget(path: string): boolean {
    const hadRecursive = this.#watches.recursive.has(path);
    const reads = [...this.#calls].filter(({ request }) => request.path === path);
    const isArming = reads.some(({ request }) => 'watch' in request && request.watch);
    const isArmed = this.#watches.forget(path) || isArming;
    for (const call of reads) this.#unwanted.add(call);
    // Nobody waits for it; without a connection there is nothing to remove.
    if (hadRecursive) this.removeWatches(path).catch(() => undefined);
    return isArmed && !hadRecursive;
  }

  removeWatches(path: string): Promise<void> {
    return this.#ask({ what: 'removeWatches', path });
  }

  /** The ensemble has made a connection. */
  opened(connection: FakeConnection): void {
    this.#connection = connection;
    const { sessionId, watches, zxid } = { sessionId: this.#sessionId, watches: this.#watches, zxid: this.#zxid };
    connection.toServer.push({ type: 'greeting', sessionId, watches, zxid });
  }

  /** The connection is gone. */
  broken(quietMs: number): void {
    this.#connection = undefined;
    this.#closed();
    if (this.#phase === 'over') return;
    const wasConnected = this.#phase === 'connected';
    this.#phase = 'away';
    this.#rejectCalls();
    if (wasConnected) this.#emit({ type: 'disconnected', quietMs });
    this.#host.connect(this);
  }

  arrived(frame: ClientFrame): void {
    if ('zxid' in frame && frame.zxid > this.#zxid) this.#zxid = frame.zxid;
    switch (frame.type) {
      case 'ready':
        this.#ready(frame.sessionId, frame.timeoutMs);
        break;
      case 'event':
        if (this.#watches.take(frame.event)) this.#emit({ type: 'watch', event: frame.event });
        break;
      case 'value':
        this.#answered(frame.call, frame.value);
        break;
      case 'error':
        this.#calls.delete(frame.call);
        frame.call.reject(frame.error);
        break;
      case 'expired':
        this.#expired();
        break;
      case 'closed':
        this.#connection = undefined;
        this.#closed();
    }
  }

  #ask<T>(request: FakeRequest): Promise<T> {
    const connection = this.#connection;
    if (this.#phase !== 'connected' || connection === undefined) return Promise.reject(connectionLoss());
    return new Promise<T>((resolve, reject) => {
      const call: FakeCall = { request: copied(request), resolve: (value) => resolve(value as T), reject };
      this.#calls.add(call);
      connection.toServer.push({ type: 'request', call });
    });
  }

  #answered(call: FakeCall, value: unknown): void {
    const { request } = call;
    const unwanted = this.#unwanted.delete(call);
    if (!this.#calls.delete(call)) return;
    if ('watch' in request && request.watch && !unwanted) {
      this.#watches.armed(request.what, request.path, value !== null);
    }
    call.resolve(value);
  }

  #ready(sessionId: bigint, timeoutMs: number): void {
    this.#sessionId = sessionId;
    if (this.#phase !== 'away') return;
    this.#phase = 'connected';
    this.#emit({ type: 'connected', sessionId, timeoutMs });
  }

  #expired(): void {
    const observer = this.#observer;
    this.#connection = undefined;
    this.#onSessionOver();
    this.#host.closeClient(this);
    this.#closed();
    observer?.({ type: 'expired' });
  }

  /** Nothing is told or asked any more. */
  #onSessionOver(): void {
    this.#phase = 'over';
    this.#observer = undefined;
    this.#rejectCalls();
  }

  #rejectCalls(): void {
    const calls = [...this.#calls];
    this.#calls.clear();
    this.#unwanted.clear();
    for (const { reject } of calls) reject(connectionLoss());
  }

  #emit(event: ClientEvent): void {
    this.#observer?.(event);
  }
}

/** As it is at the moment of the call: the caller may use its buffer again. */
function copied(request: FakeRequest): FakeRequest {
  if (!('data' in request) || request.data === null) return request;
  return { ...request, data: new Uint8Array(request.data) };
}

function connectionLoss(): ZooKeeperError {
  return new ZooKeeperError(errorNumbers.connectionLoss, 'ZooKeeper error CONNECTION_LOSS (-4)');
}
