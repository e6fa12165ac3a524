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
  WatchObserver,
} from '@ndsr/core/backend';
import { childOf, NextStep, nameOf, parentOf, TimeoutError } from '@ndsr/core/backend';
import { Access } from './access.js';
import type {
  AclRule,
  CreateMode,
  WatchEvent,
  ZooKeeperClient,
  ZooKeeperClientFactory,
} from './client/zookeeper-client.js';
import { errorNumbers } from './client/zookeeper-error.js';
import { isErrorNumber, translateError } from './errors/error-table.js';
import { Parents } from './parents.js';
import { Chroot } from './server-list/chroot.js';
import type { ServerList } from './server-list/server-list.js';
import { RequestWindow } from './session/request-window.js';
import { SessionKeeper } from './session/session-keeper.js';
import { NodeReader } from './watch/node-reader.js';
import { NodeView } from './watch/node-view.js';
import { NodeWatcher, type WatcherPort } from './watch/node-watcher.js';
import { RecursiveWatches } from './watch/recursive-watches.js';
import { WatchHub } from './watch/watch-hub.js';

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
  /** Whether the binding's clients have `replace`. */
  readonly atomicReplace: boolean;
  /** Whether to use the recursive watches of the binding's clients, where the servers have them. @default false */
  readonly recursiveWatches?: boolean;
  /** Whether the binding's sockets and timers leave the process free to end while they are open. */
  readonly letsProcessEnd: boolean;
}

/** Asks for a node, with the ACL of the moment. */
type Create<T> = (client: ZooKeeperClient, serverPath: string, acl: readonly AclRule[] | undefined) => Promise<T>;

/** What a node that only holds others is made with, as kazoo has it. */
const noData = new Uint8Array(0);
/** A client breaks a silent connection long before: what is unanswered after so many session timeouts is forgotten. */
const deadlineInTimeouts = 2;
/** Somebody may remove the parents that were just made. */
const mostCreateAttempts = 5;
/** A read that is never of one state: somebody changes the node faster than it can be read. */
const mostReadRounds = 50;

/** The registry's port on ZooKeeper, over any client library that has a binding. */
export class ZooKeeperBackend implements RegistryBackend {
  readonly name: string;
  readonly capabilities: BackendCapabilities;
  readonly #chroot: Chroot;
  readonly #access: Access;
  readonly #hub = new WatchHub();
  readonly #recursive: RecursiveWatches;
  readonly #window: RequestWindow<ZooKeeperClient>;
  /** Not from within the call that asks for it: a watch that is begun while connected starts in a step of its own. */
  readonly #beginning = new NextStep<NodeWatcher>((watcher) => this.#window.whenRoom(watcher));
  readonly #keeper: SessionKeeper;
  readonly #port: WatcherPort;
  readonly #parents: Parents;
  #closed = false;

  constructor(options: ZooKeeperBackendOptions) {
    const { name, serverList, createClient, context, atomicReplace, letsProcessEnd } = options;
    this.name = name;
    this.capabilities = { atomicReplace, letsProcessEnd };
    const chroot = new Chroot(serverList.chroot);
    this.#chroot = chroot;
    this.#access = new Access(context.acl, context.credentials);
    this.#window = new RequestWindow({
      clock: context.clock,
      deadlineMs: deadlineInTimeouts * context.timeoutMs,
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
    this.#port = {
      clock: context.clock,
      recursive,
      isRecursive: (path) => recursive.has(path),
      toServer: (path) => chroot.toServer(path),
      request: (send) => this.#request(send),
      get isConnected() {
        return keeper.client !== undefined;
      },
    };
  }

  get quietMs(): number {
    return this.#keeper.quietMs;
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
    await this.#keeper.close();
    this.#window.stop();
  }

  async read(path: string, { children }: ReadOptions): Promise<RawNode> {
    const view = new NodeView(path, children);
    const reader = new NodeReader(this.#port, path, false);
    for (let round = 0; round < mostReadRounds; round += 1) {
      const outcomes = await reader.round(view);
      for (const { error } of outcomes) if (error !== undefined) throw error;
      const node = view.whole();
      if (node !== undefined) return node;
    }
    throw new TimeoutError(`${path} is being changed faster than it can be read`, { path });
  }

  create(path: string, { kind, data, replacing, openParents = false }: CreateOptions): Promise<void> {
    if (replacing !== null) return this.#write(path, this.#replace(path, replacing, data, kind));
    const send: Create<void> = (client, serverPath, acl) => client.create(serverPath, data, kind, acl);
    return this.#withParents(path, openParents, send);
  }

  async createSequential(path: string, data: Uint8Array): Promise<string> {
    const send: Create<string> = (client, serverPath, acl) => client.createSequential(serverPath, data, acl);
    const made = await this.#withParents(path, false, send);
    return childOf(parentOf(path) ?? '/', nameOf(made));
  }

  write(path: string, data: Uint8Array, version: number): Promise<void> {
    const request = this.#request((client) => client.setData(this.#chroot.toServer(path), data, version));
    return this.#write(path, request);
  }

  remove(path: string, version: number): Promise<void> {
    const request = this.#request((client) => client.remove(this.#chroot.toServer(path), version));
    return this.#write(path, request);
  }

  watch(path: string, { children }: ReadOptions, observer: WatchObserver): BackendWatch {
    const watcher = new NodeWatcher(path, children, this.#port, observer);
    if (this.#closed) return watcher;
    this.#hub.add(watcher);
    if (this.#port.isConnected) this.#beginning.add(watcher);
    return { dispose: () => this.#unwatch(watcher) };
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
    for (const at of paths) if (!this.#hub.isWatched(at)) client.forget(this.#chroot.toServer(at));
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

  /** Waits for a write and until our own watches show it, and puts its failure in the registry's words. */
  #write<T>(path: string, request: Promise<T>): Promise<T> {
    return request.then(
      (outcome) => this.#shown(path, outcome),
      (thrown) => {
        throw translateError(thrown, path);
      },
    );
  }

  /** The servers send a write's watch event before its answer, so whoever is concerned has heard of it by now. */
  #shown<T>(path: string, outcome: T): T | Promise<T> {
    const shown = this.#hub.caughtUp(path);
    return shown === undefined ? outcome : shown.then(() => outcome);
  }

  /** Nearly always the parents are there, so they are made where the servers say that they are not. */
  #withParents<T>(path: string, openParents: boolean, create: Create<T>): Promise<T> {
    const serverPath = this.#chroot.toServer(path);
    const attempt = (): Promise<T> => this.#request((client) => create(client, serverPath, this.#access.rules));
    return attempt().then(
      (outcome) => this.#shown(path, outcome),
      (thrown) => this.#write(path, this.#makeParents(serverPath, openParents, attempt, thrown)),
    );
  }

  async #makeParents<T>(
    serverPath: string,
    openParents: boolean,
    attempt: () => Promise<T>,
    thrown: unknown,
  ): Promise<T> {
    let reason = thrown;
    for (let attempts = 1; attempts < mostCreateAttempts; attempts += 1) {
      if (!isErrorNumber(reason, errorNumbers.noNode)) break;
      await this.#parents.makeFor(serverPath, openParents ? undefined : this.#access.rules);
      try {
        return await attempt();
      } catch (again) {
        reason = again;
      }
    }
    throw reason;
  }

  #replace(path: string, version: number, data: Uint8Array, mode: CreateMode): Promise<void> {
    const serverPath = this.#chroot.toServer(path);
    return this.#request(async (client) => {
      const { rules } = this.#access;
      if (client.replace !== undefined) return client.replace(serverPath, version, data, mode, rules);
      await client.remove(serverPath, version);
      return client.create(serverPath, data, mode, rules);
    });
  }
}
