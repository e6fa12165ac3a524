import { absentNode, type RawChild, type RawNode } from '../backend/raw-node.js';
import type { NodeSnapshot, SnapshotDetail } from '../node/node-snapshot.js';
import type { NodeStat } from '../node/node-stat.js';
import type { Clock } from '../time/clock.js';
import type { ChildEntry } from './child-entry.js';
import { sharedChildrenOf } from './create-snapshot.js';
import { type DecodedNode, decodeNode } from './decoded-node.js';
import { type EmptyGuard, EmptyHold } from './empty-guard.js';
import type { Freshness, LastVerified } from './freshness.js';
import { SortedTree } from './sorted-tree.js';

/** A delivery of a watch. */
export interface DeliveredNode {
  readonly data: Uint8Array | null;
  readonly stat: NodeStat | null;
  readonly children: SortedTree<ChildEntry>;
}

const noEntries: SortedTree<ChildEntry> = SortedTree.of<ChildEntry>([]);

/**
 * The shown state of one path, in each detail that a subscriber has asked for, and its freshness.
 * A suspiciously empty node is held back for a while: the node before it stays visible.
 */
export class ShownNode {
  readonly #path: string;
  readonly #clock: Clock;
  readonly #guard: EmptyGuard | undefined;
  #full: DecodedNode | undefined;
  #names: DecodedNode | undefined;
  /** Null for never. */
  #lastVerifiedAt: LastVerified | null = null;
  /** When the node from the cache file was current; undefined without one. */
  #cacheFileAsOf: Date | undefined;
  #hold: EmptyHold | undefined;
  /** True if the shown node is the last delivery of the watch, so that `changedChildren` of the next one applies to it. */
  #isInStep = false;

  constructor(path: string, clock: Clock, guard: EmptyGuard | undefined) {
    this.#path = path;
    this.#clock = clock;
    this.#guard = guard;
  }

  /** The shown node; undefined when nothing is known, or nothing in that detail. */
  node(detail: SnapshotDetail): DecodedNode | undefined {
    if (detail === 'data') return this.#full;
    // The first subscriber to names of a path whose data is watched: read once here, and with every delivery from now on.
    if (this.#full !== undefined) this.#names ??= decodeNode(undefined, rawNodeOf(this.#full), 'names', false);
    return this.#names;
  }

  /** The most detailed snapshot that is known. */
  get latest(): NodeSnapshot | undefined {
    return (this.#full ?? this.#names)?.snapshot;
  }

  /** The last delivery of a watch, shown or held back; only called after one. */
  get delivered(): DeliveredNode | undefined {
    const shown = this.#full ?? this.#names;
    if (this.#hold !== undefined) return { ...this.#hold.latest, children: noEntries };
    return shown && { data: shown.bytes, stat: shown.snapshot.stat, children: shown.children };
  }

  /** A new watch begins, which delivers the whole node first. */
  onNewWatch(): void {
    this.#isInStep = false;
  }

  /**
   * Shows `raw`, watched in that detail. Ends a hold.
   * @throws {BackendError} it is not a node as the port describes it
   */
  update(raw: RawNode, detail: SnapshotDetail, lastVerifiedAt: LastVerified): void {
    const isNext = this.#isInStep;
    this.#isInStep = false;
    if (detail === 'data') this.#read(raw, 'data', isNext);
    if (detail === 'names' || this.#names !== undefined) this.#read(raw, 'names', isNext);
    this.#isInStep = true;
    this.#lastVerifiedAt = lastVerifiedAt;
    const hold = this.#hold;
    this.#hold = undefined;
    hold?.cancel();
    if (hold !== undefined) this.#guard?.emit(this.#path, false, hold.children);
  }

  /** Shows the node from the cache file until the first update. */
  seed(raw: RawNode, detail: SnapshotDetail, asOf: Date): void {
    this.#cacheFileAsOf = asOf;
    this.#read(raw, detail, false);
  }

  /** True if `raw` must be held back: it is suspiciously empty, or follows an empty node that is held back already. */
  mustHold({ children }: RawNode): boolean {
    if (children.size > 0 || this.#guard === undefined) return false;
    return this.#hold !== undefined || this.#guard.isSuspicious(this.#childCount, 0);
  }

  /** Holds `raw` back; `onExpired` runs once its time is over. A hold that has begun keeps its time. */
  hold(raw: RawNode, onExpired: () => void): void {
    this.#isInStep = false;
    if (this.#hold !== undefined) {
      this.#hold.latest = withoutChildren(raw);
      this.#hold.lastVerifiedAt = 'now';
    } else if (this.#guard !== undefined) {
      this.markStale(this.#clock.date());
      const children = this.#childCount;
      this.#hold = new EmptyHold(withoutChildren(raw), children, this.#guard, onExpired);
      this.#guard.emit(this.#path, true, children);
    }
  }

  /** Shows the node that was held back; false without one. */
  releaseHold(detail: SnapshotDetail): boolean {
    const hold = this.#hold;
    if (hold === undefined) return false;
    this.update(hold.latest, detail, hold.lastVerifiedAt);
    return true;
  }

  /** True if the shown node comes from the cache file. */
  get isFromCacheFile(): boolean {
    return this.#hold === undefined && this.#isSeed;
  }

  /** True if the backend guarantees that its last delivery is current, shown or held back. */
  get isLive(): boolean {
    return (this.#hold === undefined ? this.#lastVerifiedAt : this.#hold.lastVerifiedAt) === 'now';
  }

  /** The backend no longer guarantees that the node is current; it last did at `asOf`. */
  markStale(asOf: Date): void {
    if (this.#lastVerifiedAt === 'now') this.#lastVerifiedAt = asOf;
    if (this.#hold?.lastVerifiedAt === 'now') this.#hold.lastVerifiedAt = asOf;
  }

  /** @param quietMs milliseconds since the last message from the servers: the age of a live node */
  freshness(quietMs: number): Freshness {
    const held = this.#hold !== undefined;
    const now = this.#clock.date().getTime();
    if (this.#lastVerifiedAt === 'now') return { origin: 'live', asOf: new Date(now - quietMs), ageMs: quietMs, held };
    const since = this.#lastVerifiedAt ?? this.#cacheFileAsOf;
    if (since === undefined) return { origin: 'none', asOf: null, ageMs: null, held };
    const origin = this.#isSeed ? 'cache-file' : 'last-known';
    return { origin, asOf: new Date(since), ageMs: Math.max(0, now - since.getTime()), held };
  }

  get #isSeed(): boolean {
    return this.#lastVerifiedAt === null && this.#cacheFileAsOf !== undefined;
  }

  get #childCount(): number {
    const { latest } = this;
    return latest === undefined ? 0 : sharedChildrenOf(latest).size;
  }

  #read(raw: RawNode, detail: SnapshotDetail, isNext: boolean): void {
    if (detail === 'data') this.#full = decodeNode(this.#full, raw, detail, isNext);
    else this.#names = decodeNode(this.#names, raw, detail, isNext);
  }
}

/** An empty node without the backend's own map, which may be valid only during the delivery. */
function withoutChildren({ path, data, stat }: RawNode): RawNode {
  return { ...absentNode(path), data, stat };
}

function rawNodeOf({ bytes, snapshot: { path, stat }, children }: DecodedNode): RawNode {
  const pairs: [string, RawChild][] = [];
  children.forEach(({ name, raw }) => {
    pairs.push([name, raw]);
  });
  return { path, data: bytes, children: new Map(pairs), stat };
}
