import type { CancelTimer, ChildDetail, Clock, RawNode, WatchObserver } from '@ndsr/core/backend';
import { NoConnectionError } from '@ndsr/core/backend';
import type { WatchEvent, ZooKeeperClient } from '../client/zookeeper-client.js';
import type { Beginner, Request } from '../session/request-window.js';
import { NodeReader, type Outcome } from './node-reader.js';
import { NodeView } from './node-view.js';
import type { ReaderPort } from './reading.js';
import type { RecursiveWatches } from './recursive-watches.js';
import { Unreadable } from './unreadable.js';

export interface WatcherPort extends Omit<ReaderPort, 'isOver'> {
  readonly clock: Clock;
  readonly isConnected: boolean;
  /** Whether the servers have answered something since then. */
  answeredSince(time: number): boolean;
  /** Told when it begins to read what is stale, and when it has done so. */
  readonly refreshes: { began(): void; ended(): void };
  /** The watches from a path downwards, which spare the reading of a whole list for each child that comes or goes. */
  readonly recursive: Pick<RecursiveWatches, 'add' | 'remove' | 'refuse'>;
}

interface Waiter {
  readonly upTo: number;
  resolve(): void;
}

const shortestRetryMs = 1_000;
const longestRetryMs = 30_000;

/**
 * After so many rounds in a row that left something stale, though no event came meanwhile, the servers contradict themselves:
 * sound ones tell of the change that makes a read stale. Enough for a node with a child that cannot be read to be shown.
 */
const mostRoundsInVain = 12;

/**
 * Follows one node. Level-triggered: an event only says what to read again, each read arms its
 * watch anew, and what was missed while there was no connection is found by reading. One refresh at a time, as many
 * rounds as it takes. A service, a node whose children have none themselves, gets a recursive watch once it is known.
 */
export class NodeWatcher implements ReaderPort, Beginner {
  readonly path: string;
  isQueued = false;
  readonly #port: WatcherPort;
  readonly #observer: WatchObserver;
  readonly #view: NodeView;
  readonly #reader: NodeReader;
  readonly #detail: ChildDetail;
  readonly #unreadable = new Unreadable();
  #refreshing = false;
  /** What is under way is read for the sake of the watches alone: only what it finds to be otherwise is news. */
  #onlyRearming = false;
  #disposed = false;
  #cancelRetry: CancelTimer | undefined;
  #retries = 0;
  /** How often there was a connection. */
  #connections = 0;
  /** In which of them a read failed for lack of a connection. */
  #cutOffIn: number | undefined;
  /** Rounds in a row that left something stale though nothing was heard meanwhile. */
  #roundsInVain = 0;
  /** How much has been heard, how much of that has been asked for, and how much is in what was delivered last. */
  #heard = 0;
  #asked = 0;
  #delivered = 0;
  #waiters: Waiter[] | undefined;
  /** It is sent after all that was asked for before. */
  #lastAsked: Request<ZooKeeperClient> | undefined;

  constructor(path: string, detail: ChildDetail, port: WatcherPort, observer: WatchObserver) {
    this.path = path;
    this.#port = port;
    this.#observer = observer;
    this.#detail = detail;
    this.#view = new NodeView(path, detail);
    this.#reader = new NodeReader(this, path, true);
  }

  toServer(path: string): string {
    return this.#port.toServer(path);
  }

  isRecursive(path: string): boolean {
    return this.#port.isRecursive(path);
  }

  ask(request: Request<ZooKeeperClient>): void {
    this.#lastAsked = request;
    this.#port.ask(request);
  }

  /** Whether what it is to deliver waits for its turn, its beginning or a read, and has come closer to it since `since`. */
  isPaused(since: number): boolean {
    return (this.isQueued || this.#lastAsked?.isQueued === true) && this.#port.answeredSince(since);
  }

  get isOver(): boolean {
    return this.#disposed;
  }

  /** The children that are watched too. */
  get childNames(): Iterable<string> {
    return this.#view.names;
  }

  /** Whether it can do with a recursive watch. */
  get followsChildren(): boolean {
    return this.#detail === 'data';
  }

  /** Something happened to the node itself. */
  ownEvent(kind: WatchEvent['kind']): void {
    // It may be long until it comes again, and without children.
    if (kind === 'deleted') this.#port.recursive.remove(this.path);
    if (kind !== 'children') this.#view.expireSelf();
    if (kind !== 'changed') this.#view.expireNames();
    this.#hear({ merging: true });
  }

  /** Something happened to the child of that name. */
  childEvent(name: string, kind: WatchEvent['kind']): void {
    if (kind === 'changed') this.#view.expireChild(name);
    else if (this.#port.isRecursive(this.path)) this.#moved(name, kind);
    else if (kind === 'deleted') this.#view.dropChild(name);
    else return;
    this.#hear({ merging: true });
  }

  /** Of a child, as recursive watches tell it, which tell of no list. */
  #moved(name: string, kind: WatchEvent['kind']): void {
    if (!this.followsChildren) this.#view.expireNames();
    else if (kind === 'created') this.#view.joinChild(name);
    else this.#view.leaveChild(name);
  }

  /** The recursive watch is gone: the node and its list need watches of their own. */
  recursiveGone(): void {
    const onlyRearming = !this.#refreshing && !this.#view.isStale;
    this.#view.expireSelf();
    this.#view.expireNames();
    this.#hear({ merging: true });
    this.#onlyRearming = onlyRearming;
  }

  /** Starts a watch that is begun while there is a connection; one that has started already is left alone. */
  begin(): void {
    if (this.#connections === 0 && this.#port.isConnected) this.connected(true);
  }

  /** There is a connection. `fresh`: in another session, which knows of no watch. */
  connected(fresh: boolean): void {
    this.#connections += 1;
    this.#cancelRetry?.();
    this.#cancelRetry = undefined;
    this.#retries = 0;
    if (fresh) this.#view.expireAll();
    // That has no watch that could have been armed again.
    this.#tryUnreadable();
    const known = this.#refreshing || this.#view.isStale ? undefined : this.#lastRead;
    if (known === undefined) this.#hear({ merging: false });
    // Every watch is armed and nothing was missed: what was read last is the truth of this moment.
    else this.#observer.node(known);
  }

  /** Resolves when all that has been heard so far is delivered, or cannot be at the moment; undefined when that is so already. */
  caughtUp(): Promise<void> | undefined {
    if (this.#delivered >= this.#heard || !this.#refreshing) return undefined;
    return new Promise((resolve) => {
      this.#waiters ??= [];
      this.#waiters.push({ upTo: this.#heard, resolve });
    });
  }

  dispose(): void {
    this.#disposed = true;
    this.#cancelRetry?.();
    this.#cancelRetry = undefined;
    this.#release(Number.POSITIVE_INFINITY);
  }

  /** The connection may have broken between the last answer and its delivery. */
  get #lastRead(): RawNode | undefined {
    return this.#view.whole() ?? this.#view.last;
  }

  /** @param merging whether more may come in the same step: one change often sets off two events */
  #hear({ merging }: { readonly merging: boolean }): void {
    this.#heard += 1;
    this.#roundsInVain = 0;
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
      // Heard between the last round and this moment.
      if (this.#view.isStale) this.#refresh(false);
      else this.#watchRecursively();
      if (!this.#refreshing) this.#release(Number.POSITIVE_INFINITY);
    });
  }

  async #readUntilFresh(merging: boolean): Promise<void> {
    if (merging) await undefined;
    while (this.#view.isStale && this.#mayRead) {
      const connection = this.#connections;
      const heard = this.#heard;
      const round = this.#reader.round(this.#view);
      // The list may have to wait for the next round.
      if (!this.#view.isStale) this.#asked = this.#heard;
      const outcomes = await round;
      if (this.#disposed) return;
      const news = this.#unreadable.note(outcomes);
      this.#deliver();
      if (news !== undefined) this.#observer.fault(news);
      this.#roundsInVain = this.#view.isStale && this.#heard === heard ? this.#roundsInVain + 1 : 0;
      this.#note(outcomes, connection);
    }
  }

  /** Whether reading again at once can lead to something. */
  get #mayRead(): boolean {
    return !this.#disposed && this.#cutOffIn !== this.#connections && !this.#isInVain;
  }

  get #isInVain(): boolean {
    return this.#roundsInVain >= mostRoundsInVain;
  }

  /** Without a connection, or with an own part that may not be read, nobody knows whether it is still so. */
  #deliver(): void {
    if (!this.#port.isConnected || this.#unreadable.hidesNode) return;
    const { last } = this.#view;
    const node = this.#view.whole();
    if (node === undefined) return;
    this.#delivered = this.#asked;
    if (!this.#onlyRearming || last === undefined || !isSame(node, last)) this.#observer.node(node);
    this.#onlyRearming = false;
    this.#release(this.#asked);
  }

  /**
   * A watch from a node of many levels downwards would tell of what nobody asked for. And the servers do not tell of a
   * node that we may not read, though it is in the list.
   */
  #watchRecursively(): void {
    const { recursive } = this.#port;
    if (!this.followsChildren || this.#disposed) return;
    if (this.#reader.sawGrandchildren) recursive.refuse(this.path);
    else if (!this.#unreadable.isEmpty) recursive.remove(this.path);
    else if (this.#view.hasChildren) recursive.add(this.path);
  }

  #note(outcomes: readonly Outcome[], connection: number): void {
    // The next connection starts a refresh. A client may be late to tell that this one is gone: asking it again at once
    // would go on for ever, and leave it no time to tell.
    if (outcomes.some(({ error }) => error instanceof NoConnectionError)) this.#cutOffIn = connection;
    const isCutOff = this.#cutOffIn === this.#connections && this.#port.isConnected;
    if (!this.#unreadable.isEmpty || isCutOff || this.#isInVain) this.#retryLater();
    else if (this.#roundsInVain === 0) this.#retries = 0;
  }

  #retryLater(): void {
    if (this.#disposed || this.#cancelRetry !== undefined) return;
    const pauseMs = Math.min(longestRetryMs, shortestRetryMs * 2 ** this.#retries);
    this.#retries += 1;
    this.#cancelRetry = this.#port.clock.backgroundTimer(pauseMs, () => this.#retry());
  }

  #retry(): void {
    this.#cancelRetry = undefined;
    this.#cutOffIn = undefined;
    // One round, to see whether they still do.
    if (this.#isInVain) this.#roundsInVain = mostRoundsInVain - 1;
    this.#tryUnreadable();
    this.#refresh(false);
  }

  #tryUnreadable(): void {
    this.#unreadable.keep((look) => look.what !== 'child' || this.#view.lists(look.name));
    for (const look of this.#unreadable.looks) this.#view.putBack(look);
  }

  #release(upTo: number): void {
    if (this.#waiters === undefined) return;
    const ready = this.#waiters.filter((waiter) => waiter.upTo <= upTo);
    const rest = this.#waiters.filter((waiter) => waiter.upTo > upTo);
    this.#waiters = rest.length === 0 ? undefined : rest;
    for (const { resolve } of ready) resolve();
  }
}

/** Whether nothing happened between two nodes of one view, which keeps the children that have not changed. */
function isSame(one: RawNode, other: RawNode): boolean {
  if (one.stat === null || other.stat === null) return one.stat === other.stat;
  const { czxid, mzxid, pzxid } = one.stat;
  const isSameStat = czxid === other.stat.czxid && mzxid === other.stat.mzxid && pzxid === other.stat.pzxid;
  return isSameStat && one.children === other.children;
}
