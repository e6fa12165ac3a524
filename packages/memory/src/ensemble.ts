import {
  type BackendWatch,
  type ChildDetail,
  InvalidArgumentError,
  NoConnectionError,
  type WatchObserver,
} from '@ndsr/core/backend';
import { FaultPlan, type StoreOperation } from './fault-plan.js';
import { MessageQueue } from './message-queue.js';
import { type NodeChange, NodeTree } from './node-tree.js';
import { WatchIndex } from './watch-index.js';

/** A backend's end of its connection. The promises resolve once its observer has been notified. */
export interface Client {
  readonly connected: boolean;
  /** Undefined while there is no session. */
  readonly sessionId: bigint | undefined;
  /** The connection broke. */
  suspend(): Promise<void>;
  /** The ensemble is reachable: resume the session, or request a new one. */
  resume(): Promise<void>;
  /** The ensemble expired the session while the client was connected. */
  expire(): Promise<void>;
}

/** The fake servers that all backends of one store talk to. */
export class Ensemble {
  readonly tree: NodeTree;
  readonly messages = new MessageQueue();
  readonly watches: WatchIndex;
  readonly faults = new FaultPlan(() => this.watches.scheduleRefused());
  readonly #clients = new Set<Client>();
  readonly #clientOf = new WeakMap<object, Client>();
  /** Sessions whose client closed while it could not reach the ensemble. */
  readonly #orphans = new Set<bigint>();
  #up = true;
  #requests = 0;

  constructor(now: () => number) {
    const tree = new NodeTree(now);
    this.tree = tree;
    this.watches = new WatchIndex(this.messages, {
      live: (path, detail) => tree.live(path, detail),
      refusal: (path) => this.faults.refuse('watch', path)?.error,
      shouldRetry: (path) => this.faults.endsByItself('watch', path),
    });
  }

  get up(): boolean {
    return this.#up;
  }

  /** The number of operations, and of watches that started while connected. */
  get requests(): number {
    return this.#requests;
  }

  /** Lets `expire` find `client` by `owner`; the latest client of an owner counts. */
  register(owner: object, client: Client): void {
    this.#clientOf.set(owner, client);
  }

  addClient(client: Client): void {
    this.#clients.add(client);
  }

  /**
   * Ends the session of a client that closes: now, or as soon as the ensemble is up. Resolves once other clients have
   * been notified.
   */
  removeClient(client: Client, sessionId: bigint | undefined): Promise<void> {
    this.#clients.delete(client);
    this.watches.disposeAll(client);
    this.messages.drop(client);
    if (sessionId === undefined) return Promise.resolve();
    if (!this.#up) {
      this.#orphans.add(sessionId);
      return Promise.resolve();
    }
    this.#endSession(sessionId);
    return this.messages.flushed();
  }

  /**
   * Executes a request immediately, and sends the answer or the refusal after everything that the request has caused.
   */
  send<Answer>(client: Client, operation: StoreOperation, path: string, run: () => Answer): Promise<Answer> {
    this.#requests += 1;
    return new Promise((resolve, reject) => {
      const deliver = this.#perform(client, operation, path, run, resolve, reject);
      const drop = () =>
        reject(new NoConnectionError(`The connection broke before ${operation} ${path} was answered`, { path }));
      this.messages.send({ to: client, deliver, drop });
    });
  }

  /** Starts a watch. It waits while the client is not connected. */
  watch(client: Client, path: string, detail: ChildDetail, observer: WatchObserver): BackendWatch {
    if (client.connected) this.#requests += 1;
    return this.watches.add(client, path, detail, observer);
  }

  /** Sends changes to the watches that show them. */
  notifyWatches(changes: readonly NodeChange[]): void {
    for (const change of changes) this.watches.changed(change);
  }

  async goDown(): Promise<void> {
    if (!this.#up) return;
    this.#up = false;
    this.messages.drop();
    await Promise.all([...this.#clients].map((client) => client.suspend()));
  }

  async comeBack(): Promise<void> {
    if (this.#up) return;
    this.#up = true;
    for (const orphan of this.#orphans) this.#endSession(orphan);
    this.#orphans.clear();
    await Promise.all([...this.#clients].map((client) => client.resume()));
    await this.messages.flushed();
  }

  async expire(owner: object): Promise<void> {
    const client = this.#clientOf.get(owner);
    const id = client?.sessionId;
    if (client === undefined || id === undefined || !this.tree.hasSession(id)) {
      throw new InvalidArgumentError('expire: expected a registry with a session at this store; this one has none');
    }
    this.#endSession(id);
    if (client.connected) {
      this.messages.drop(client);
      await client.expire();
    }
    await this.messages.flushed();
  }

  #closeConnection(client: Client): void {
    this.messages.drop(client);
    void client.suspend();
  }

  #endSession(id: bigint): void {
    if (this.tree.hasSession(id)) this.notifyWatches(this.tree.closeSession(id));
  }

  #perform<Answer>(
    client: Client,
    operation: StoreOperation,
    path: string,
    run: () => Answer,
    resolve: (answer: Answer) => void,
    reject: (error: unknown) => void,
  ): () => void {
    const refusal = this.faults.refuse(operation, path);
    if (refusal !== undefined) {
      return () => {
        reject(refusal.error);
        if (refusal.closes === true) this.#closeConnection(client);
      };
    }
    try {
      const answer = run();
      return () => resolve(answer);
    } catch (error) {
      return () => reject(error);
    }
  }
}
