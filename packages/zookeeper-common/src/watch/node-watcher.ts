import type {
  CancelTimer,
  ChildDetail,
  Clock,
  NodeStat,
  RawNode,
  ReadOptions,
  WatchObserver,
} from '@ndsr/core/backend';
import { backoffMs, NoConnectionError } from '@ndsr/core/backend';
import type { WatchEvent, ZooKeeperClient } from '../client/zookeeper-client.js';
import type { Request, Starter } from '../session/request-window.js';
import { FailedReads } from './failed-reads.js';
import { NodeReader, type ReadOutcome } from './node-reader.js';
import { NodeView } from './node-view.js';
import type { ReaderPort } from './read-request.js';
import type { RecursiveWatches } from './recursive-watches.js';

export interface WatcherPort extends Omit<ReaderPort, 'isOver'> {
  readonly clock: Clock;
  readonly isConnected: boolean;
  /** True if the servers have answered any request since `time`. */
  answeredSince(time: number): boolean;
  /** Called when a refresh begins and when it ends. */
  readonly refreshes: { began(): void; ended(): void };
  /** The recursive watches, with which the list need not be read again for each created or deleted child. */
  readonly recursive: Pick<RecursiveWatches, 'add' | 'remove' | 'refuse'>;
}

interface Waiter {
  readonly upTo: number;
  resolve(): void;
}

const retryPause = { firstMs: 1_000, longestMs: 30_000 };

/**
 * After this many rounds in a row that left something stale without an event meanwhile, the servers contradict themselves:
 * correct ones report the change that makes a read stale. It is enough to show a node with a child that cannot be read.
 */
const maxFruitlessRounds = 12;

/**
 * Follows one node. Level-triggered: an event only says which part to read again, each read arms its watch again, and
 * changes during an outage are found by reading. One refresh at a time, with as many rounds as needed. A service
 * (a node whose children have none themselves) gets a recursive watch once it is known to be one.
 */
export class NodeWatcher implements ReaderPort, Starter {
  readonly path: string;
  isQueued = false;
  readonly #port: WatcherPort;
  readonly #observer: WatchObserver;
  readonly #view: NodeView;
  readonly #reader: NodeReader;
  readonly #detail: ChildDetail;
  readonly #failedReads = new FailedReads();
  #refreshing = false;
  /** The current refresh only arms watches: the observer is called only if it finds a change. */
  #onlyRearming = false;
  #disposed = false;
  #cancelRetry: CancelTimer | undefined;
  #retries = 0;
  #connections = 0;
  /** The number of the connection in which a read failed with a connection loss. */
  #disconnectedIn: number | undefined;
  /** Rounds in a row that left something stale without an event meanwhile. */
  #fruitlessRounds = 0;
  /** How many changes were received, how many of them have been requested, and how many the last delivery contains. */
  #received = 0;
  #requested = 0;
  #delivered = 0;
  #waiters: Waiter[] | undefined;
  /** Requests are sent in order, so this one is sent last. */
  #lastRequest: Request<ZooKeeperClient> | undefined;

  constructor(path: string, options: ReadOptions, port: WatcherPort, observer: WatchObserver) {
    this.path = path;
    this.#port = port;
    this.#observer = observer;
    this.#detail = options.children;
    this.#view = new NodeView(path, options);
    this.#reader = new NodeReader(this, path, true);
  }

  toServer(path: string): string {
    return this.#port.toServer(path);
  }

  isRecursive(path: string): boolean {
    return this.#port.isRecursive(path);
  }

  enqueue(request: Request<ZooKeeperClient>): void {
    this.#lastRequest = request;
    this.#port.enqueue(request);
  }

  /** True if its start or its last read is queued, and has moved forward since `since`. */
  isPaused(since: number): boolean {
    return (this.isQueued || this.#lastRequest?.isQueued === true) && this.#port.answeredSince(since);
  }

  get isOver(): boolean {
    return this.#disposed;
  }

  /** The names of the children, which are watched too. */
  get childNames(): Iterable<string> {
    return this.#view.names;
  }

  /** True if it can use a recursive watch. */
  get followsChildren(): boolean {
    return this.#detail === 'data';
  }

  onOwnEvent(kind: WatchEvent['kind']): void {
    // The node may stay absent for long, and come back without children.
    if (kind === 'deleted') this.#port.recursive.remove(this.path);
    if (kind !== 'children') this.#view.invalidateSelf();
    if (kind !== 'changed') this.#view.invalidateNames();
    this.#onChange({ merging: true });
  }

  onChildEvent(name: string, kind: WatchEvent['kind']): void {
    if (kind === 'changed') this.#view.invalidateChild(name);
    else if (this.#port.isRecursive(this.path)) this.#onChildMoved(name, kind);
    else if (kind === 'deleted') this.#view.dropChild(name);
    else return;
    this.#onChange({ merging: true });
  }

  /** An event of a recursive watch about a child: there is no event about the list then. */
  #onChildMoved(name: string, kind: WatchEvent['kind']): void {
    if (!this.followsChildren) this.#view.invalidateNames();
    else if (kind === 'created') this.#view.onChildCreated(name);
    else this.#view.onChildDeleted(name);
  }

  /** The recursive watch was removed: the node and its list need watches of their own. */
  onRecursiveWatchRemoved(): void {
    const onlyRearming = !this.#refreshing && !this.#view.isStale;
    this.#view.invalidateSelf();
    this.#view.invalidateNames();
    this.#onChange({ merging: true });
    this.#onlyRearming = onlyRearming;
  }

  /** Starts a watch that is added while there is a connection, unless it has started already. */
  begin(): void {
    if (this.#connections === 0 && this.#port.isConnected) this.connected(true);
  }

  /** There is a connection. A new session has no watches. */
  connected(isNewSession: boolean): void {
    this.#connections += 1;
    this.#cancelRetry?.();
    this.#cancelRetry = undefined;
    this.#retries = 0;
    if (isNewSession) this.#view.invalidateAll();
    // Failed reads have no watch that could have been armed again.
    this.#retryFailedReads();
    // If every watch is armed and nothing was missed, the known node is current.
    const known = this.#refreshing || this.#view.isStale ? undefined : this.#view.current();
    if (known !== undefined) {
      this.#observer.node(known);
      return;
    }
    // Servers that contradict themselves leave parts that do not fit together.
    if (!this.#view.isStale) this.#view.invalidateAll();
    this.#onChange({ merging: false });
  }

  /** Resolves once every change received so far is delivered, or cannot be for now; undefined if that is so already. */
  caughtUp(): Promise<void> | undefined {
    if (this.#delivered >= this.#received || !this.#refreshing) return undefined;
    return new Promise((resolve) => {
      this.#waiters ??= [];
      this.#waiters.push({ upTo: this.#received, resolve });
    });
  }

  dispose(): void {
    this.#disposed = true;
    this.#cancelRetry?.();
    this.#cancelRetry = undefined;
    this.#resolveWaiters(Number.POSITIVE_INFINITY);
  }

  /** @param merging whether more events may follow synchronously: one change often causes two events */
  #onChange({ merging }: { readonly merging: boolean }): void {
    this.#received += 1;
    this.#fruitlessRounds = 0;
    this.#onlyRearming = false;
    this.#refresh(merging);
  }

  #refresh(merging: boolean): void {
    if (this.#refreshing || !this.#mayRead || !this.#port.isConnected) return;
    this.#refreshing = true;
    this.#port.refreshes.began();
    void this.#readUntilFresh(merging).then(() => {
      this.#refreshing = false;
      this.#port.refreshes.ended();
      // A change was received after the last round.
      if (this.#view.isStale) this.#refresh(false);
      else this.#watchRecursively();
      if (!this.#refreshing) this.#resolveWaiters(Number.POSITIVE_INFINITY);
    });
  }

  async #readUntilFresh(merging: boolean): Promise<void> {
    if (merging) await undefined;
    while (this.#view.isStale && this.#mayRead) {
      const connection = this.#connections;
      const received = this.#received;
      const round = this.#reader.round(this.#view);
      // The list may be read in the next round only.
      if (!this.#view.isStale) this.#requested = this.#received;
      const outcomes = await round;
      if (this.#disposed) return;
      const newError = this.#failedReads.record(outcomes);
      this.#deliver();
      if (newError !== undefined) this.#observer.fault(newError);
      this.#fruitlessRounds = this.#view.isStale && this.#received === received ? this.#fruitlessRounds + 1 : 0;
      this.#recordOutcomes(outcomes, connection);
    }
  }

  /** True if reading again at once is useful. */
  get #mayRead(): boolean {
    return !this.#disposed && this.#disconnectedIn !== this.#connections && !this.#isFruitless;
  }

  get #isFruitless(): boolean {
    return this.#fruitlessRounds >= maxFruitlessRounds;
  }

  /** Delivers nothing without a connection, or if we are not permitted to read the node: then the state may be out of date. */
  #deliver(): void {
    if (!this.#port.isConnected || this.#failedReads.hidesNode) return;
    const { lastStat } = this.#view;
    const node = this.#view.whole();
    if (node === undefined) return;
    this.#delivered = this.#requested;
    if (!this.#onlyRearming || lastStat === undefined || !isUnchanged(node, lastStat)) this.#observer.node(node);
    this.#onlyRearming = false;
    this.#resolveWaiters(this.#requested);
  }

  /**
   * A recursive watch on a node with several levels below would report events that nobody needs. And the servers report
   * no event of a node that we are not permitted to read, although it is in the list.
   */
  #watchRecursively(): void {
    const { recursive } = this.#port;
    if (!this.followsChildren || this.#disposed) return;
    if (this.#reader.hasGrandchildren) recursive.refuse(this.path);
    else if (!this.#failedReads.isEmpty) recursive.remove(this.path);
    else if (this.#view.hasChildren) recursive.add(this.path);
  }

  #recordOutcomes(outcomes: readonly ReadOutcome[], connection: number): void {
    // The next connection starts a refresh. A client may report a broken connection late: reading again at once would loop
    // for ever, and leave it no time to report.
    if (outcomes.some(({ error }) => error instanceof NoConnectionError)) this.#disconnectedIn = connection;
    const wasDisconnected = this.#disconnectedIn === this.#connections && this.#port.isConnected;
    if (!this.#failedReads.isEmpty || wasDisconnected || this.#isFruitless) this.#retryLater();
    else if (this.#fruitlessRounds === 0) this.#retries = 0;
  }

  #retryLater(): void {
    if (this.#disposed || this.#cancelRetry !== undefined) return;
    this.#cancelRetry = this.#port.clock.backgroundTimer(backoffMs(this.#retries, retryPause), () => this.#retry());
    this.#retries += 1;
  }

  #retry(): void {
    this.#cancelRetry = undefined;
    this.#disconnectedIn = undefined;
    // One more round, to see whether they still contradict themselves.
    if (this.#isFruitless) this.#fruitlessRounds = maxFruitlessRounds - 1;
    this.#retryFailedReads();
    this.#refresh(false);
  }

  #retryFailedReads(): void {
    this.#failedReads.keep((read) => read.what !== 'child' || this.#view.hasChild(read.name));
    for (const read of this.#failedReads.reads) this.#view.requeue(read);
  }

  #resolveWaiters(upTo: number): void {
    if (this.#waiters === undefined) return;
    const ready = this.#waiters.filter((waiter) => waiter.upTo <= upTo);
    const rest = this.#waiters.filter((waiter) => waiter.upTo > upTo);
    this.#waiters = rest.length === 0 ? undefined : rest;
    for (const { resolve } of ready) resolve();
  }
}

/** True if the node does not differ from the last one of its view, which had the stat `last`. */
function isUnchanged({ stat, changedChildren }: RawNode, last: NodeStat | null): boolean {
  if (stat === null || last === null) return stat === last;
  const isSameStat = stat.czxid === last.czxid && stat.mzxid === last.mzxid && stat.pzxid === last.pzxid;
  return isSameStat && changedChildren?.size === 0;
}
