import type {
  BackendCapabilities,
  BackendContext,
  BackendWatch,
  ConnectionObserver,
  CreateAndRemove,
  CreateOptions,
  Credentials,
  NodeStat,
  RawNode,
  ReadOptions,
  RegistryBackend,
  ServerFailure,
  WatchObserver,
} from '@ndsr/core/backend';
import { childOf, NextStep, nameOf, OperationDeadlines, parentOf } from '@ndsr/core/backend';
import { Access } from './access.js';
import { flawOfSequentialPath } from './client/reply-content.js';
import type { CreateMode, WatchEvent, ZooKeeperClient, ZooKeeperClientFactory } from './client/zookeeper-client.js';
import { Parents } from './parents.js';
import { type ReadHost, read } from './read.js';
import { Chroot } from './server-list/chroot.js';
import type { ServerList } from './server-list/server-list.js';
import { RequestWindow } from './session/request-window.js';
import { SessionManager } from './session/session-manager.js';
import { NodeWatcher, type WatcherPort } from './watch/node-watcher.js';
import { RecursiveWatches } from './watch/recursive-watches.js';
import { WatchDispatcher } from './watch/watch-dispatcher.js';
import { WatchRemoval } from './watch/watch-removal.js';
import { type WriteHost, write } from './write.js';

/** The options that a binding passes. */
export interface ZooKeeperBackendOptions {
  /** `zookeeper-js`, `zookeeper-native`. */
  readonly name: string;
  /** The servers and the chroot. */
  readonly serverList: ServerList;
  /** Creates a client of the bound library; called for each session. */
  readonly createClient: ZooKeeperClientFactory;
  /** The context that `createBackend` receives. */
  readonly context: BackendContext;
  /** The number of requests that may be in flight. @default 100 */
  readonly requestsInFlight?: number;
  /** True if the binding's clients have `replace`. */
  readonly atomicReplace: boolean;
  /** True if the binding's clients have `createAndRemove`. @default false */
  readonly atomicCreateAndRemove?: boolean;
  /** True to use the recursive watches of the binding's clients, if the servers support them. @default false */
  readonly recursiveWatches?: boolean;
  /** True if the process can end while the binding's sockets and timers are open. */
  readonly letsProcessEnd: boolean;
}

/** The data of nodes that are created as parents, as in kazoo. */
const noData = new Uint8Array(0);

/** The registry's port on ZooKeeper, over any client library with a binding. */
export class ZooKeeperBackend implements RegistryBackend {
  readonly name: string;
  readonly capabilities: BackendCapabilities;
  readonly createAndRemove: CreateAndRemove | undefined;
  readonly #chroot: Chroot;
  readonly #access: Access;
  readonly #dispatcher = new WatchDispatcher();
  readonly #recursive: RecursiveWatches;
  readonly #removal: WatchRemoval;
  readonly #window: RequestWindow<ZooKeeperClient>;
  /** Deferred by a microtask, so that an observer is never called from inside `watch()`. */
  readonly #deferredStarts = new NextStep<NodeWatcher>((watcher) => this.#window.whenRoom(watcher));
  readonly #sessions: SessionManager;
  readonly #port: WatcherPort & ReadHost;
  readonly #parents: Parents;
  readonly #deadlines: OperationDeadlines;
  readonly #writes: WriteHost;
  #closed = false;

  constructor(options: ZooKeeperBackendOptions) {
    const { name, serverList, createClient, context, atomicReplace, letsProcessEnd } = options;
    this.name = name;
    this.capabilities = { atomicReplace, letsProcessEnd, boundsOperations: true };
    if (options.atomicCreateAndRemove === true)
      this.createAndRemove = (path, what) => this.#createAndRemove(path, what);
    const chroot = new Chroot(serverList.chroot);
    this.#chroot = chroot;
    this.#access = new Access(context.acl, context.credentials);
    this.#deadlines = new OperationDeadlines(context.clock, context.requestTimeoutMs);
    this.#writes = {
      deadlines: this.#deadlines,
      enqueue: (request) => this.#window.add(request),
      delivered: (path) => this.#dispatcher.caughtUp(path),
      answeredSince: (time) => this.#window.answeredSince(time),
      isAnswering: () => this.#window.isAnswering,
    };
    this.#window = new RequestWindow({
      clock: context.clock,
      requestTimeoutMs: context.requestTimeoutMs,
      size: options.requestsInFlight,
      client: () => sessions.client,
    });
    const sessions = new SessionManager({
      context,
      servers: serverList.servers,
      createClient,
      changed: (event) => this.#onWatchEvent(event),
      connected: (isNewSession) => {
        // Before the reads, which arm no watch below a recursive one.
        recursive.connected();
        this.#removal.connected();
        this.#dispatcher.connected(isNewSession);
      },
      disconnected: () => this.#window.rejectQueued(),
    });
    this.#sessions = sessions;
    // Before all queued requests: thousands of registrations may be queued that cannot succeed without their parent.
    this.#parents = new Parents((serverPath, acl) =>
      this.#window.runFirst((client) => client.create(serverPath, noData, 'persistent', acl)),
    );
    const recursive = new RecursiveWatches(options.recursiveWatches ?? false, {
      arm: (path, wanted) =>
        this.#request(async (client) => {
          if (wanted()) await client.watchRecursively?.(chroot.toServer(path));
        }),
      disarm: (path) => sessions.latestClient?.forget(chroot.toServer(path)),
      onRemoved: (path) => this.#dispatcher.onRecursiveWatchRemoved(path),
    });
    this.#recursive = recursive;
    this.#removal = new WatchRemoval({
      clock: context.clock,
      remove: (path, isUnneeded) =>
        this.#request(async (client) => {
          if (isUnneeded()) await client.removeWatches?.(chroot.toServer(path));
        }),
      isWatched: (path) => this.#dispatcher.isWatched(path),
      isArmed: (path) => sessions.client?.forget(chroot.toServer(path)) ?? false,
    });
    this.#port = {
      clock: context.clock,
      refreshes: this.#dispatcher.refreshes,
      recursive,
      isRecursive: (path) => recursive.has(path),
      toServer: (path) => chroot.toServer(path),
      enqueue: (request) => this.#window.add(request),
      deadlines: this.#deadlines,
      answeredSince: (time) => this.#window.answeredSince(time),
      get isConnected() {
        return sessions.client !== undefined;
      },
    };
  }

  get quietMs(): number {
    return this.#sessions.quietMs;
  }

  get serverFailures(): readonly ServerFailure[] {
    return this.#sessions.serverFailures;
  }

  connect(observer: ConnectionObserver): void {
    this.#sessions.connect(observer);
  }

  authenticate(credentials: Credentials): void {
    this.#access.authenticate(credentials);
    this.#sessions.authenticate(credentials);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#dispatcher.dispose();
    this.#removal.stop();
    await this.#deadlines.limitClose(this.#sessions.close());
    this.#window.stop();
  }

  read(path: string, options: ReadOptions): Promise<RawNode> {
    return read(this.#port, path, options);
  }

  /** The answers of the servers contain no stat. */
  async create(path: string, { kind, data, replacing, openParents = false }: CreateOptions): Promise<NodeStat | null> {
    const serverPath = this.#chroot.toServer(path);
    if (replacing !== null) {
      await this.#write('create', path, this.#replacement(serverPath, replacing, data, kind));
    } else {
      await write(this.#writes, {
        what: 'create',
        path,
        send: (client) => client.create(serverPath, data, kind, this.#access.rules),
        makeParents: () => this.#makeParents(serverPath, openParents),
      });
    }
    return null;
  }

  async createSequential(path: string, data: Uint8Array): Promise<string> {
    const serverPath = this.#chroot.toServer(path);
    const made = await write(this.#writes, {
      what: 'create',
      path,
      send: (client) => client.createSequential(serverPath, data, this.#access.rules),
      makeParents: () => this.#makeParents(serverPath, false),
    });
    const error = flawOfSequentialPath(serverPath, made);
    if (error !== undefined) throw error;
    return childOf(parentOf(path) ?? '/', nameOf(made));
  }

  write(path: string, data: Uint8Array, version: number): Promise<void> {
    return this.#write('write', path, (client) => client.setData(this.#chroot.toServer(path), data, version));
  }

  remove(path: string, version: number): Promise<void> {
    return this.#write('remove', path, (client) => client.remove(this.#chroot.toServer(path), version));
  }

  watch(path: string, options: ReadOptions, observer: WatchObserver): BackendWatch {
    const watcher = new NodeWatcher(path, options, this.#port, observer);
    if (this.#closed) return watcher;
    this.#dispatcher.add(watcher);
    if (this.#port.isConnected) this.#deferredStarts.add(watcher);
    return {
      dispose: () => this.#unwatch(watcher),
      isPaused: (since) => watcher.isPaused(since),
    };
  }

  #unwatch(watcher: NodeWatcher): void {
    watcher.dispose();
    const { path } = watcher;
    this.#dispatcher.remove(watcher);
    if (!this.#dispatcher.followsChildren(path)) this.#recursive.forget(path);
    // Even without a connection: the watches would be armed again on the next one.
    const client = this.#sessions.latestClient;
    if (client === undefined) return;
    const paths = [path, ...[...watcher.childNames].map((name) => childOf(path, name))];
    for (const at of paths) {
      if (!this.#dispatcher.isWatched(at) && client.forget(this.#chroot.toServer(at))) this.#removal.add(at);
    }
  }

  #onWatchEvent(event: WatchEvent): void {
    const path = this.#chroot.fromServer(event.path);
    if (path === undefined) return;
    this.#recursive.changed(path);
    this.#dispatcher.dispatch({ ...event, path });
  }

  #request<T>(send: (client: ZooKeeperClient) => Promise<T>): Promise<T> {
    return this.#window.run(send);
  }

  #write<T>(what: string, path: string, send: (client: ZooKeeperClient) => Promise<T>): Promise<T> {
    return write(this.#writes, { what, path, send, makeParents: undefined });
  }

  #makeParents(serverPath: string, open: boolean): Promise<void> {
    return this.#parents.createFor(serverPath, open ? undefined : this.#access.rules);
  }

  async #createAndRemove(path: string, { kind, data, removing }: Parameters<CreateAndRemove>[1]): Promise<null> {
    const [serverPath, removed] = [this.#chroot.toServer(path), this.#chroot.toServer(removing)];
    await write(this.#writes, {
      what: 'create',
      path,
      otherPath: removing,
      send: async (client) => {
        if (client.createAndRemove === undefined) throw new TypeError('The binding has no transactions');
        return client.createAndRemove(serverPath, data, kind, removed, this.#access.rules);
      },
      makeParents: undefined,
    });
    // On servers before 3.9 a transaction returns no stat, whichever request creates the node in it.
    return null;
  }

  #replacement(serverPath: string, version: number, data: Uint8Array, mode: CreateMode) {
    return async (client: ZooKeeperClient): Promise<void> => {
      const { rules } = this.#access;
      if (client.replace !== undefined) return client.replace(serverPath, version, data, mode, rules);
      await client.remove(serverPath, version);
      return client.create(serverPath, data, mode, rules);
    };
  }
}
