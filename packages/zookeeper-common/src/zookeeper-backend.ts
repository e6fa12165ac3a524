import type {
  BackendCapabilities,
  BackendContext,
  BackendWatch,
  ConnectionObserver,
  CreateOptions,
  Credentials,
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
import { SessionKeeper } from './session/session-keeper.js';
import { NodeWatcher, type WatcherPort } from './watch/node-watcher.js';
import { RecursiveWatches } from './watch/recursive-watches.js';
import { WatchHub } from './watch/watch-hub.js';
import { WatchRemoval } from './watch/watch-removal.js';
import { type WriteHost, write } from './write.js';

/** What a binding gives. */
export interface ZooKeeperBackendOptions {
  /** `zookeeper-js`, `zookeeper-native`. */
  readonly name: string;
  /** Where the servers are, and the chroot. */
  readonly serverList: ServerList;
  /** Makes a client of the library that is bound; called for each session. */
  readonly createClient: ZooKeeperClientFactory;
  /** As `createBackend` is given it. */
  readonly context: BackendContext;
  /** How many requests may be in flight. @default 100 */
  readonly requestsInFlight?: number;
  /** Whether the binding's clients have `replace`. */
  readonly atomicReplace: boolean;
  /** Whether to use the recursive watches of the binding's clients, where the servers have them. @default false */
  readonly recursiveWatches?: boolean;
  /** Whether the binding's sockets and timers leave the process free to end while they are open. */
  readonly letsProcessEnd: boolean;
}

/** What a node that only holds others is made with, as kazoo has it. */
const noData = new Uint8Array(0);

/** The registry's port on ZooKeeper, over any client library that has a binding. */
export class ZooKeeperBackend implements RegistryBackend {
  readonly name: string;
  readonly capabilities: BackendCapabilities;
  readonly #chroot: Chroot;
  readonly #access: Access;
  readonly #hub = new WatchHub();
  readonly #recursive: RecursiveWatches;
  readonly #removal: WatchRemoval;
  readonly #window: RequestWindow<ZooKeeperClient>;
  /** Not from within the call that asks for it: a watch that is begun while connected starts in a step of its own. */
  readonly #beginning = new NextStep<NodeWatcher>((watcher) => this.#window.whenRoom(watcher));
  readonly #keeper: SessionKeeper;
  readonly #port: WatcherPort & ReadHost;
  readonly #parents: Parents;
  readonly #deadlines: OperationDeadlines;
  readonly #writes: WriteHost;
  #closed = false;

  constructor(options: ZooKeeperBackendOptions) {
    const { name, serverList, createClient, context, atomicReplace, letsProcessEnd } = options;
    this.name = name;
    this.capabilities = { atomicReplace, letsProcessEnd, boundsOperations: true };
    const chroot = new Chroot(serverList.chroot);
    this.#chroot = chroot;
    this.#access = new Access(context.acl, context.credentials);
    this.#deadlines = new OperationDeadlines(context.clock, context.requestTimeoutMs);
    this.#writes = {
      deadlines: this.#deadlines,
      ask: (request) => this.#window.add(request),
      shown: (path) => this.#hub.caughtUp(path),
      answeredSince: (time) => this.#window.answeredSince(time),
      isMoving: () => this.#window.isMoving,
    };
    this.#window = new RequestWindow({
      clock: context.clock,
      requestTimeoutMs: context.requestTimeoutMs,
      size: options.requestsInFlight,
      client: () => keeper.client,
    });
    const keeper = new SessionKeeper({
      context,
      servers: serverList.servers,
      createClient,
      changed: (event) => this.#changed(event),
      connected: (fresh) => {
        // Before the reads that do without a watch for it.
        recursive.connected();
        this.#removal.connected();
        this.#hub.connected(fresh);
      },
      disconnected: () => this.#window.drop(),
    });
    this.#keeper = keeper;
    // Before all that waits: thousands of registrations may be queued that cannot succeed without their parent.
    this.#parents = new Parents((serverPath, acl) =>
      this.#window.runFirst((client) => client.create(serverPath, noData, 'persistent', acl)),
    );
    const recursive = new RecursiveWatches(options.recursiveWatches ?? false, {
      arm: (path, wanted) =>
        this.#request(async (client) => {
          if (wanted()) await client.watchRecursively?.(chroot.toServer(path));
        }),
      disarm: (path) => keeper.latestClient?.forget(chroot.toServer(path)),
      gone: (path) => this.#hub.recursiveGone(path),
    });
    this.#recursive = recursive;
    this.#removal = new WatchRemoval({
      remove: (path, isUnneeded) =>
        this.#request(async (client) => {
          if (isUnneeded()) await client.removeWatches?.(chroot.toServer(path));
        }),
      isWatched: (path) => this.#hub.isWatched(path),
    });
    this.#port = {
      clock: context.clock,
      refreshes: this.#hub.refreshes,
      recursive,
      isRecursive: (path) => recursive.has(path),
      toServer: (path) => chroot.toServer(path),
      ask: (request) => this.#window.add(request),
      deadlines: this.#deadlines,
      answeredSince: (time) => this.#window.answeredSince(time),
      get isConnected() {
        return keeper.client !== undefined;
      },
    };
  }

  get quietMs(): number {
    return this.#keeper.quietMs;
  }

  get serverFailures(): readonly ServerFailure[] {
    return this.#keeper.serverFailures;
  }

  connect(observer: ConnectionObserver): void {
    this.#keeper.connect(observer);
  }

  authenticate(credentials: Credentials): void {
    this.#access.authenticate(credentials);
    this.#keeper.authenticate(credentials);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#hub.dispose();
    await this.#deadlines.limitClose(this.#keeper.close());
    this.#window.stop();
  }

  read(path: string, options: ReadOptions): Promise<RawNode> {
    return read(this.#port, path, options);
  }

  create(path: string, { kind, data, replacing, openParents = false }: CreateOptions): Promise<void> {
    const serverPath = this.#chroot.toServer(path);
    if (replacing !== null) return this.#write('create', path, this.#replacement(serverPath, replacing, data, kind));
    return write(this.#writes, {
      what: 'create',
      path,
      send: (client) => client.create(serverPath, data, kind, this.#access.rules),
      makeParents: () => this.#makeParents(serverPath, openParents),
    });
  }

  async createSequential(path: string, data: Uint8Array): Promise<string> {
    const serverPath = this.#chroot.toServer(path);
    const made = await write(this.#writes, {
      what: 'create',
      path,
      send: (client) => client.createSequential(serverPath, data, this.#access.rules),
      makeParents: () => this.#makeParents(serverPath, false),
    });
    const flaw = flawOfSequentialPath(serverPath, made);
    if (flaw !== undefined) throw flaw;
    return childOf(parentOf(path) ?? '/', nameOf(made));
  }

  write(path: string, data: Uint8Array, version: number): Promise<void> {
    return this.#write('write', path, (client) => client.setData(this.#chroot.toServer(path), data, version));
  }

  remove(path: string, version: number): Promise<void> {
    return this.#write('remove', path, (client) => client.remove(this.#chroot.toServer(path), version));
  }

  watch(path: string, { children }: ReadOptions, observer: WatchObserver): BackendWatch {
    const watcher = new NodeWatcher(path, children, this.#port, observer);
    if (this.#closed) return watcher;
    this.#hub.add(watcher);
    if (this.#port.isConnected) this.#beginning.add(watcher);
    return {
      dispose: () => this.#unwatch(watcher),
      isPaused: (since) => watcher.isPaused(since),
    };
  }

  #unwatch(watcher: NodeWatcher): void {
    watcher.dispose();
    const { path } = watcher;
    this.#hub.remove(watcher);
    if (!this.#hub.followsChildren(path)) this.#recursive.forget(path);
    // While there is no connection, too: they would be armed again with the next one.
    const client = this.#keeper.latestClient;
    if (client === undefined) return;
    const paths = [path, ...[...watcher.childNames].map((name) => childOf(path, name))];
    for (const at of paths) {
      if (!this.#hub.isWatched(at) && client.forget(this.#chroot.toServer(at))) void this.#removal.remove(at);
    }
  }

  #changed(event: WatchEvent): void {
    const path = this.#chroot.fromServer(event.path);
    if (path === undefined) return;
    this.#recursive.changed(path);
    this.#hub.changed({ ...event, path });
  }

  #request<T>(send: (client: ZooKeeperClient) => Promise<T>): Promise<T> {
    return this.#window.run(send);
  }

  #write<T>(what: string, path: string, send: (client: ZooKeeperClient) => Promise<T>): Promise<T> {
    return write(this.#writes, { what, path, send, makeParents: undefined });
  }

  #makeParents(serverPath: string, open: boolean): Promise<void> {
    return this.#parents.makeFor(serverPath, open ? undefined : this.#access.rules);
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
