import type { RawNode } from '../../src/backend/raw-node.js';
import type {
  BackendCapabilities,
  BackendWatch,
  ConnectionEvent,
  ConnectionObserver,
  CreateAndRemove,
  CreateOptions,
  ReadOptions,
  RegistryBackend,
  ServerFailure,
  Session,
  WatchObserver,
} from '../../src/backend/registry-backend.js';
import { NoConnectionError } from '../../src/errors/connection-errors.js';
import type { NodeStat } from '../../src/node/node-stat.js';
import type { Credentials } from '../../src/options/credentials.js';
import { FakeStore } from './fake-store.js';
import { FakeWatch } from './fake-watch.js';

export type Operation = 'read' | 'create' | 'write' | 'remove';

/** A request that was held: it is carried out, or not, when the test says so. */
interface Held {
  /** Carries it out and answers. */
  answer(): void;
  /** As `answer`, unless a later request has been carried out by now: then it was never sent, and stays without one. */
  answerInOrder(): void;
  /** Answers with `error`, before carrying it out or after. */
  fail(error: unknown, carriedOut?: 'carried out'): void;
}

interface Pending extends Held {
  readonly op: Operation;
}

/** A scriptable backend over a `FakeStore`: records requests, holds or fails them on demand, emits what it is told to. */
export class FakeBackend implements RegistryBackend {
  readonly name = 'fake';
  readonly capabilities: BackendCapabilities = { atomicReplace: true, letsProcessEnd: true };
  readonly store: FakeStore;
  /** `create /a ephemeral`, `write /a 3`, … in their order. */
  readonly requests: string[] = [];
  readonly watches = new Set<FakeWatch>();
  /** Held requests that wait for the test. */
  readonly pending: Pending[] = [];
  /** True: `connect` leads to a connection. */
  reachable = true;
  /** True: deliveries say which children changed. */
  tellsChanges = false;
  /** Why there is no connection. */
  serverFailures: readonly ServerFailure[] = [];
  /** True: `close` never resolves. */
  closeHangs = false;
  closed = false;
  /** False: `create` resolves to null. */
  knowsStats = true;
  /** As whom it was told to authenticate, in order. */
  readonly identities: Credentials[] = [];
  session: Session | undefined;
  timeoutMs = 6_000;
  quietMs = 0;
  /** How long a change is on its way to a watch. */
  soon: (run: () => void) => void = queueMicrotask;
  connected = false;
  /** True: requests in flight are forgotten when the connection breaks, as by a bad client library. */
  forgetful = false;
  /** Larger data are never answered: the connection closes instead, and another one comes. */
  maxDataBytes = Number.POSITIVE_INFINITY;
  /** How often that has happened. */
  refusals = 0;
  readonly #held = new Map<Operation, number>();
  readonly #failures: { op: Operation; error: unknown; times: number; carriedOut: boolean }[] = [];
  #observer: ConnectionObserver | undefined;
  #carriedOut = 0;

  constructor(store = new FakeStore()) {
    this.store = store;
  }

  connect(observer: ConnectionObserver): void {
    this.#observer = observer;
    this.store.changed.add(this.#touch);
    if (this.reachable) setImmediate(() => this.closed || this.connected || this.up());
  }

  authenticate(credentials: Credentials): void {
    this.identities.push(credentials);
  }

  async close(): Promise<void> {
    this.closed = true;
    this.connected = false;
    this.store.changed.delete(this.#touch);
    for (const watch of [...this.watches]) watch.dispose();
    this.#failPending();
    if (this.session !== undefined) this.store.endSession(this.session.id);
    if (this.closeHangs) await new Promise(() => undefined);
  }

  /** A connection comes, with a new session unless there is one. */
  up(): void {
    this.connected = true;
    this.session ??= { id: this.store.newSession(), timeoutMs: this.timeoutMs };
    this.emit({ type: 'connected', session: this.session });
    for (const watch of this.watches) watch.touch();
  }

  suspend(quietMs = 0): void {
    this.connected = false;
    this.emit({ type: 'suspended', quietMs });
    this.#failPending();
  }

  /** The session is over, at the servers too unless they still keep it (`ghost`). */
  lose(ghost?: 'ghost'): void {
    this.connected = false;
    const { session } = this;
    this.session = undefined;
    this.emit({ type: 'lost' });
    this.#failPending();
    if (session !== undefined && ghost === undefined) this.store.endSession(session.id);
  }

  /** The session is over, and the next one is there at the same moment. */
  replaceSession(): void {
    this.lose();
    this.up();
  }

  emit(event: ConnectionEvent): void {
    this.#observer?.(event);
  }

  /** The next `times` requests of that kind wait in `pending`. */
  hold(op: Operation, times = 1): void {
    this.#held.set(op, times);
  }

  /** The next `times` requests of that kind are answered with `error`. */
  fail(op: Operation, error: unknown, times = 1): void {
    this.#failures.push({ op, error, times, carriedOut: false });
  }

  /** The next request of that kind is carried out, and then answered with `error` all the same. */
  failAfterwards(op: Operation, error: unknown): void {
    this.#failures.push({ op, error, times: 1, carriedOut: true });
  }

  /** Everything goes well again. */
  heal(): void {
    this.#failures.length = 0;
    this.#held.clear();
    for (const pending of [...this.pending]) pending.fail(new NoConnectionError());
  }

  /** The requests of that kind. */
  of(op: Operation): string[] {
    return this.requests.filter((request) => request.startsWith(op));
  }

  read(path: string, options: ReadOptions): Promise<RawNode> {
    return this.#operate('read', `${path} ${options.children}`, () => this.store.read(path, options.children));
  }

  create(path: string, options: CreateOptions): Promise<NodeStat | null> {
    const { kind, data, replacing } = options;
    const over = replacing === null ? '' : ` replacing ${replacing}`;
    if (data.length > this.maxDataBytes) return this.#refuseByClosing(`create ${path}`);
    return this.#operate('create', `${path} ${kind}${over}`, () => {
      this.store.create(path, data, kind === 'ephemeral' ? (this.session?.id ?? 0n) : 0n, replacing);
      return this.#statOf(path);
    });
  }

  /** Undefined: as a backend without transactions. */
  createAndRemove: CreateAndRemove | undefined = (path, { kind, data, removing }) =>
    this.#operate('create', `${path} ${kind} removing ${removing}`, () => {
      this.store.createAndRemove(path, data, kind === 'ephemeral' ? (this.session?.id ?? 0n) : 0n, removing);
      return this.#statOf(path);
    });

  createSequential(path: string, data: Uint8Array): Promise<string> {
    return this.#operate('create', `${path} sequential`, () => {
      const made = this.store.nextInSequence(path);
      this.store.create(made, data, this.session?.id ?? 0n, null);
      return made;
    });
  }

  write(path: string, data: Uint8Array, version: number): Promise<void> {
    if (data.length > this.maxDataBytes) return this.#refuseByClosing(`write ${path}`);
    return this.#operate('write', `${path} ${version}`, () => this.store.write(path, data, version));
  }

  remove(path: string, version: number): Promise<void> {
    return this.#operate('remove', `${path} ${version}`, () => this.store.remove(path, version));
  }

  watch(path: string, options: ReadOptions, observer: WatchObserver): BackendWatch {
    const watch = new FakeWatch(path, options.children, observer, this);
    this.watches.add(watch);
    watch.touch();
    return watch;
  }

  /** The running watches of `path`. */
  watchesOf(path: string): FakeWatch[] {
    return [...this.watches].filter((watch) => watch.path === path);
  }

  /** Null if this backend is set to know no stats. */
  #statOf(path: string): NodeStat | null {
    return this.knowsStats ? this.store.read(path, 'none').stat : null;
  }

  async #refuseByClosing(request: string): Promise<never> {
    this.requests.push(request);
    await undefined;
    if (!this.connected) throw new NoConnectionError();
    this.refusals += 1;
    this.suspend();
    setImmediate(() => this.closed || this.connected || this.up());
    throw new NoConnectionError();
  }

  async #operate<T>(op: Operation, what: string, carryOut: () => T): Promise<T> {
    this.requests.push(`${op} ${what}`);
    if (!this.connected) throw new NoConnectionError();
    const failure = this.#failures.find((one) => one.op === op && one.times > 0);
    if (failure !== undefined) {
      failure.times -= 1;
      if (failure.carriedOut) carryOut();
      throw failure.error;
    }
    const left = this.#held.get(op) ?? 0;
    if (left > 0) {
      this.#held.set(op, left - 1);
      return await this.#wait(op, carryOut);
    }
    await undefined;
    if (!this.connected) throw new NoConnectionError();
    const result = carryOut();
    this.#carriedOut += 1;
    // Watches deliver before the answer comes.
    await undefined;
    if (this.refusals > 0 && !this.connected) throw new NoConnectionError();
    return result;
  }

  #wait<T>(op: Operation, carryOut: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      const settle = (answer: () => void): void => {
        this.pending.splice(this.pending.indexOf(pending), 1);
        try {
          answer();
        } catch (error) {
          reject(error);
        }
      };
      const carriedOutBefore = this.#carriedOut;
      const pending: Pending = {
        op,
        answerInOrder: () => {
          if (this.#carriedOut === carriedOutBefore) pending.answer();
        },
        answer: () => settle(() => resolve(carryOut())),
        fail: (error, carriedOut) =>
          settle(() => {
            if (carriedOut !== undefined) carryOut();
            reject(error);
          }),
      };
      this.pending.push(pending);
    });
  }

  #failPending(): void {
    if (this.forgetful) return;
    for (const pending of [...this.pending]) pending.fail(new NoConnectionError());
  }

  readonly #touch = (path: string): void => {
    for (const watch of this.watches) if (watch.shows(path)) watch.touch();
  };
}
