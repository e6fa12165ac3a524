import {
  type ChildDetail,
  type NodeStat,
  nameOnly,
  type RawChild,
  type RawNode,
  type ReadOptions,
} from '@ndsr/core/backend';
import { ChildList } from './child-list.js';
import { deliveryOf } from './delivery.js';
import type { PendingRead } from './pending-read.js';
import { isDataOlder, isListOlder, newestStat } from './stat-order.js';

/** After this many rounds without a whole node, children are changing faster than they can be read. */
const maxFruitlessRounds = 8;

/**
 * The known state of one node, and the parts that must be read again. Pure bookkeeping: answers and events come in, the next
 * reads and whole nodes come out. A node is whole when its data, its list and the data of every child are known and consistent.
 * It may be whole and stale at once: under steady change there is always something newer to read, and whole nodes are delivered.
 *
 * There is one view per watched path, and most have no children: the list of children is created with the first child.
 */
export class NodeView {
  readonly #path: string;
  readonly #detail: ChildDetail;
  /** False: the list with its stat is all that is read of a node that exists. */
  readonly #followsData: boolean;
  #exists: boolean | undefined;
  #data: Uint8Array | null = null;
  #dataStat: NodeStat | undefined;
  #listStat: NodeStat | undefined;
  /** The node was missing when its list was read. */
  #listMissing = false;
  #children: ChildList | undefined;
  /** The stat of the last whole node, null if it did not exist; undefined before the first. */
  #lastStat: NodeStat | null | undefined;
  /** Set if anything was read since the last whole node; `#rounds` counts the rounds since then. */
  #read = false;
  #rounds = 0;
  #isListBeingRead = false;
  #selfIsStale: boolean;
  #namesAreStale = true;
  /** Children were created or deleted, and the resulting stat must be read. */
  #movesAreStale = false;

  constructor(path: string, { children, data = true }: ReadOptions) {
    this.#path = path;
    this.#detail = children;
    this.#followsData = data || children !== 'names';
    this.#selfIsStale = this.#followsData;
  }

  get isStale(): boolean {
    const isListStale = this.#movesAreStale || (this.#namesAreStale && this.#followsNames);
    return this.#selfIsStale || isListStale || (this.#children?.isStale ?? false);
  }

  /** True if the node is known to have children. */
  get hasChildren(): boolean {
    return this.#exists === true && (this.#children?.size ?? 0) > 0;
  }

  /** The names of the known children. */
  get names(): Iterable<string> {
    return this.#children?.names ?? [];
  }

  /** True if a child of that name is known. */
  hasChild(name: string): boolean {
    return this.#children?.has(name) ?? false;
  }

  /** Everything may have changed unnoticed. */
  invalidateAll(): void {
    this.invalidateSelf();
    this.invalidateNames();
    this.#movesAreStale = false;
    this.#children?.forgetMoves();
    this.#children?.invalidateAll();
  }

  invalidateSelf(): void {
    this.#selfIsStale ||= this.#followsData;
  }

  invalidateNames(): void {
    this.#namesAreStale = true;
  }

  /** A child that is not in the list is read once it is. */
  invalidateChild(name: string): void {
    this.#children?.invalidate(name);
  }

  /** Only called if the creation and deletion of every child is reported: then the list need not be read again. */
  onChildCreated(name: string): void {
    // It was deleted and created again: the known data is of the old child, and so is the list.
    if (this.#children?.wasDeleted(name) && this.#rounds <= maxFruitlessRounds) this.#children.drop(name);
    this.#move(name, 'created');
    this.invalidateChild(name);
  }

  /** Only called if the creation and deletion of every child is reported. */
  onChildDeleted(name: string): void {
    this.#move(name, 'deleted');
  }

  /**
   * The child was deleted, or deleted and created again: the list shows which, and then it is read as a new child.
   *
   * @param reported whether the creation and deletion of every child is reported
   */
  dropChild(name: string, reported = false): void {
    const children = this.hasChild(name) ? this.#children : undefined;
    if (reported && children === undefined) return;
    if (reported && children?.hasMoved(name)) this.#movesAreStale = true;
    else this.invalidateNames();
    if (children === undefined) return;
    if (this.#rounds <= maxFruitlessRounds) {
      children.drop(name);
    } else {
      // A child that is created and deleted faster than it can be read must not hide the others for ever: it is shown with its
      // last known data, or without data.
      this.onChild(name, children.childOf(name));
      this.invalidateChild(name);
    }
  }

  /**
   * Returns the stale parts; they count as fresh from now on, unless they are invalidated again. The list waits until the data of every
   * name in the last list is known: with new children in each list there would never be a whole node otherwise.
   */
  takePendingReads(): readonly PendingRead[] {
    const knowsEveryChild = this.#knowsEveryChild;
    const names = this.#namesAreStale && this.#followsNames && knowsEveryChild;
    const moves = this.#movesAreStale && !this.#namesAreStale && knowsEveryChild;
    const reads: PendingRead[] = [];
    if (this.#selfIsStale || moves) reads.push({ what: 'self' });
    if (names) reads.push({ what: 'names' });
    for (const name of this.#children?.takeStale() ?? []) reads.push({ what: 'child', name });
    // Read after the stat that puts them into the list, so that they are known after the same round.
    if (moves) for (const name of this.#children?.takeCreated() ?? []) reads.push({ what: 'child', name });
    this.#selfIsStale = false;
    this.#isListBeingRead = names;
    if (names) this.#namesAreStale = false;
    if (names || moves) this.#movesAreStale = false;
    this.#rounds += 1;
    return reads;
  }

  /** A read got no answer. */
  requeue(read: PendingRead): void {
    if (read.what === 'self') {
      this.#selfIsStale = true;
      this.#movesAreStale = this.#children?.hasMoves ?? false;
    } else if (read.what === 'names') this.invalidateNames();
    else this.invalidateChild(read.name);
  }

  /** @param reported whether the creation and deletion of every child is reported: then those so far lead to this stat */
  onSelf(data: Uint8Array | null, stat: NodeStat, reported = false): void {
    this.#read = true;
    this.#exists = true;
    // Zero bytes count as no data: the Python package writes zero bytes where it means none.
    this.#data = data === null || data.length === 0 || !this.#followsData ? null : data;
    this.#dataStat = stat;
    // It was missing when its list was read.
    if (!this.#followsData) this.invalidateNames();
    if (reported && this.#listStat !== undefined && !this.#isListBeingRead && !this.#namesAreStale)
      this.#applyMoves(stat);
  }

  /** The node was missing when it was read. It may exist by now. */
  onSelfMissing(): void {
    this.#exists = undefined;
  }

  onAbsent(): void {
    this.#read = true;
    this.#exists = false;
    this.#dataStat = undefined;
    this.#listStat = undefined;
    this.#listMissing = false;
    this.#data = null;
    this.#children?.clear();
    this.#movesAreStale = false;
  }

  /** The node was missing when its list was read. Only a read of the node itself decides that it is absent. */
  onNamesMissing(): void {
    this.#listMissing = true;
    if (this.#followsData) return;
    this.#exists = undefined;
    this.#selfIsStale = true;
  }

  onNames(names: readonly string[], stat: NodeStat): void {
    if (this.#exists === false && this.#followsData) {
      // It was created after it had been read.
      this.invalidateSelf();
      this.invalidateNames();
      return;
    }
    this.#read = true;
    this.#movesAreStale = false;
    this.#listStat = stat;
    this.#listMissing = false;
    if (!this.#followsData) {
      this.#exists = true;
      this.#dataStat = stat;
    }
    if (names.length > 0 || this.#children !== undefined) this.#childList.replace(names);
  }

  onChild(name: string, child: RawChild = nameOnly): void {
    // A list that was read at the same time may show already that it was deleted.
    if (!this.hasChild(name)) {
      this.invalidateChild(name);
      return;
    }
    this.#read = true;
    this.#childList.set(name, child.data?.length === 0 ? { data: null, stat: child.stat } : child);
  }

  /** Called when all reads are answered. Data and list were read one after the other: the one of the older state is stale. */
  compare(): void {
    if (this.#exists !== true) return;
    if (this.#listMissing || isDataOlder(this.#dataStat, this.#listStat)) this.invalidateSelf();
    if (this.#listMissing || isListOlder(this.#dataStat, this.#listStat)) this.invalidateNames();
  }

  /** The whole node; undefined while a part is missing, parts are inconsistent, or nothing was read since the last one. */
  whole(): RawNode | undefined {
    return this.#read ? this.current() : undefined;
  }

  /**
   * The whole node, also if nothing was read since the last one; undefined while a part is missing, or parts are
   * inconsistent. All but the first contain what changed since the last one, and the map of children itself, which is valid
   * until something changes.
   */
  current(): RawNode | undefined {
    const stat = this.#wholeStat;
    if (stat === undefined) return undefined;
    const isFirst = this.#lastStat === undefined;
    this.#lastStat = stat;
    this.#read = false;
    this.#rounds = 0;
    const list = this.#children;
    if (stat === null) this.#children = undefined;
    return deliveryOf(this.#path, this.#data, stat, list, isFirst);
  }

  /** The stat of the last whole node, null if it did not exist; undefined before the first. */
  get lastStat(): NodeStat | null | undefined {
    return this.#lastStat;
  }

  get #followsNames(): boolean {
    return this.#detail !== 'none';
  }

  /** The stat of the whole node, null if it does not exist; undefined while there is no whole node. */
  get #wholeStat(): NodeStat | null | undefined {
    if (this.#exists !== true) return this.#exists === false ? null : undefined;
    if (this.#followsNames && !(this.#knowsEveryChild && this.#fitsTogether())) return undefined;
    return newestStat(this.#dataStat, this.#listStat);
  }

  /** The list, created if there is none. */
  get #childList(): ChildList {
    this.#children ??= new ChildList(this.#detail, this.#lastStat !== undefined);
    return this.#children;
  }

  get #knowsEveryChild(): boolean {
    return this.#children?.isComplete ?? true;
  }

  #move(name: string, where: 'created' | 'deleted'): void {
    this.#childList.move(name, where);
    this.#movesAreStale = true;
  }

  /** Updates the list to that of `stat`. Changes of children that we are not permitted to read are not reported. */
  #applyMoves(stat: NodeStat): void {
    this.#children?.applyMoves();
    this.#movesAreStale = false;
    if ((this.#children?.size ?? 0) === stat.numChildren) this.#listStat = stat;
    else this.invalidateNames();
  }

  #fitsTogether(): boolean {
    const [data, list] = [this.#dataStat, this.#listStat];
    if (data === undefined || list === undefined || isDataOlder(data, list) || isListOlder(data, list)) return false;
    // The list's stat still counts a dropped child.
    return (this.#children?.size ?? 0) === list.numChildren;
  }
}
