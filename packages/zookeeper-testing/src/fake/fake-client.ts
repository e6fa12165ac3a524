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

/** The methods of the ensemble that a client needs. */
export interface FakeClientHost {
  /** Requests a connection for the client: `opened` is called once there is one. */
  connect(client: FakeClient): void;
  /** Withdraws that request. */
  closeClient(client: FakeClient): void;
}

type Phase = 'new' | 'away' | 'connected' | 'over';

/** A client of a fake ensemble. Fulfils every duty of the port, without I/O and without timers. */
export class FakeClient implements ZooKeeperClient {
  readonly options: ClientOptions;
  /** The credentials that it has authenticated with, in order. */
  readonly identities: Credentials[];
  /** 0, since nothing goes over a wire; a test may set it. */
  quietMs = 0;
  readonly #host: FakeClientHost;
  readonly #watches = new ClientWatches();
  readonly #calls = new Set<FakeCall>();
  /** Reads in flight whose paths were forgotten before they were answered. */
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

  /** `0n` before there is a session. */
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

  createAndRemove(
    path: string,
    data: Uint8Array,
    mode: CreateMode,
    removing: string,
    acl?: readonly AclRule[],
  ): Promise<void> {
    return this.#ask({ what: 'createAndRemove', path, data, mode, removing, acl });
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
    // Nothing waits for it; without a connection there is nothing to remove.
    if (hadRecursive) this.removeWatches(path).catch(() => undefined);
    return isArmed && !hadRecursive;
  }

  removeWatches(path: string): Promise<void> {
    this.#watches.removed(path);
    return this.#ask({ what: 'removeWatches', path });
  }

  /** Called when the ensemble has opened a connection. */
  opened(connection: FakeConnection): void {
    this.#connection = connection;
    const { sessionId, watches, zxid } = { sessionId: this.#sessionId, watches: this.#watches, zxid: this.#zxid };
    connection.toServer.push({ type: 'greeting', sessionId, watches, zxid });
  }

  /** Called when the connection has broken. */
  broken(quietMs: number): void {
    this.#connection = undefined;
    this.#watches.disconnected();
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
    if ('watch' in request && request.watch) {
      this.#watches.armed(request.what, request.path, value !== null);
      if (unwanted) this.#watches.forget(request.path);
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

  /** Sends and reports nothing from now on. */
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

/** Copies the request at the moment of the call: the caller may reuse its buffer. */
function copied(request: FakeRequest): FakeRequest {
  if (!('data' in request) || request.data === null) return request;
  return { ...request, data: new Uint8Array(request.data) };
}

function connectionLoss(): ZooKeeperError {
  return new ZooKeeperError(errorNumbers.connectionLoss, 'ZooKeeper error CONNECTION_LOSS (-4)');
}
