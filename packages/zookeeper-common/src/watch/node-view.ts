import { absentNode, type ChildDetail, type NodeStat, type RawNode } from '@ndsr/core/backend';
import { ChildList } from './child-list.js';

/** After so many rounds without a whole node children are changing faster than they can be read. */
const mostRoundsInVain = 8;

/** One thing to read. */
export type Look =
  | { readonly what: 'self' }
  | { readonly what: 'names' }
  | { readonly what: 'child'; readonly name: string };

const noChildren: RawNode['children'] = new Map();
const noNames: ReadonlySet<string> = new Set();

/**
 * What is known of one node, and what has to be read again. Pure bookkeeping: facts come in, the next looks and whole
 * nodes come out. A node is whole when its data, its list and every child's data are known and fit together. It may be
 * whole and stale at once: under steady change there is always something newer to read, and what is whole is delivered.
 *
 * There is one for each watched path, and most have no children: the list of children is made with the first of them.
 */
export class NodeView {
  readonly #path: string;
  readonly #detail: ChildDetail;
  #exists: boolean | undefined;
  #data: Uint8Array | null = null;
  #dataStat: NodeStat | undefined;
  #listStat: NodeStat | undefined;
  /** There was no list when it was to be read. */
  #listMissing = false;
  #children: ChildList | undefined;
  #last: RawNode | undefined;
  /** Whether anything was read since the last whole node, and how many rounds of reading ago that was. */
  #read = false;
  #rounds = 0;
  /** A list is being read. */
  #listing = false;
  #selfIsStale = true;
  #namesAreStale = true;
  /** Children came or went, and the stat that this leads to has to be read. */
  #movesAreStale = false;

  constructor(path: string, detail: ChildDetail) {
    this.#path = path;
    this.#detail = detail;
  }

  get isStale(): boolean {
    const isListStale = this.#movesAreStale || (this.#namesAreStale && this.#followsNames);
    return this.#selfIsStale || isListStale || (this.#children?.isStale ?? false);
  }

  /** Whether it is known that there is something below it. */
  get hasChildren(): boolean {
    return this.#exists === true && this.#childCount > 0;
  }

  /** The children that are known at the moment. */
  get names(): Iterable<string> {
    return this.#children?.names ?? noNames;
  }

  /** Whether there is a child of that name, as far as is known. */
  lists(name: string): boolean {
    return this.#children?.names.has(name) ?? false;
  }

  /** Everything may have changed unseen. */
  expireAll(): void {
    this.expireSelf();
    this.expireNames();
    this.#forgetMoves();
    this.#children?.expireAll();
  }

  expireSelf(): void {
    this.#selfIsStale = true;
  }

  expireNames(): void {
    this.#namesAreStale = true;
  }

  /** One that is not in the list is read when it is. */
  expireChild(name: string): void {
    this.#children?.expire(name);
  }

  /** A child came, which is told where every coming and going is: no list needs to be read for it. */
  joinChild(name: string): void {
    // It went and came again: what is known is of the one before, and the list too.
    if (this.#children?.hasGone(name) && this.#rounds <= mostRoundsInVain) this.#children.drop(name);
    this.#move(name, 'came');
    this.expireChild(name);
  }

  /** A child went, which is told as above. */
  leaveChild(name: string): void {
    this.#move(name, 'went');
  }

  /**
   * The child went, or went and came again: the list tells which, and then it is read as a new one.
   *
   * @param told whether every coming and going is told
   */
  dropChild(name: string, told = false): void {
    const children = this.lists(name) ? this.#children : undefined;
    if (told && children === undefined) return;
    if (told && children?.hasMoved(name)) this.#movesAreStale = true;
    else this.expireNames();
    if (children === undefined) return;
    if (this.#rounds <= mostRoundsInVain) {
      children.drop(name);
    } else {
      // Some child comes and goes faster than it can be read, and must not hide the others for ever: it is shown as it
      // was last seen, or without data.
      this.sawChild(name, children.dataOf(name));
      this.expireChild(name);
    }
  }

  /**
   * What has to be read now; it counts as fresh from here on, unless it is expired again. The list waits until every name
   * of the last one has its data: with newcomers in each list there would never be a whole node otherwise.
   */
  takeLooks(): readonly Look[] {
    const knowsEveryChild = this.#knowsEveryChild;
    const names = this.#namesAreStale && this.#followsNames && knowsEveryChild;
    const moves = this.#movesAreStale && !this.#namesAreStale && knowsEveryChild;
    const looks: Look[] = [];
    if (this.#selfIsStale || moves) looks.push({ what: 'self' });
    if (names) looks.push({ what: 'names' });
    for (const name of this.#children?.takeStale() ?? []) looks.push({ what: 'child', name });
    // Read after the stat by which they are in the list, so that they are known by the same round.
    if (moves) for (const name of this.#children?.takeNewcomers() ?? []) looks.push({ what: 'child', name });
    this.#selfIsStale = false;
    this.#listing = names;
    if (names) this.#namesAreStale = false;
    if (names || moves) this.#movesAreStale = false;
    this.#rounds += 1;
    return looks;
  }

  /** A look did not get its answer. */
  putBack(look: Look): void {
    if (look.what === 'self') {
      this.expireSelf();
      this.#movesAreStale = this.#children?.hasMoves ?? false;
    } else if (look.what === 'names') this.expireNames();
    else this.expireChild(look.name);
  }

  /** @param told whether every coming and going of children is told: then those that were lead to this stat */
  sawSelf(data: Uint8Array | null, stat: NodeStat, told = false): void {
    this.#read = true;
    this.#exists = true;
    // Zero bytes are no data: the Python side writes the one where it means the other.
    this.#data = data === null || data.length === 0 ? null : data;
    this.#dataStat = stat;
    if (told && this.#listStat !== undefined && !this.#listing && !this.#namesAreStale) this.#followMoves(stat);
  }

  /** The node was not there to be read, which is not yet to say that it is absent now. */
  missedSelf(): void {
    this.#exists = undefined;
  }

  sawNothing(): void {
    this.#read = true;
    this.#exists = false;
    this.#dataStat = undefined;
    this.#listStat = undefined;
    this.#listMissing = false;
    this.#data = null;
    this.#children = undefined;
    this.#movesAreStale = false;
  }

  /** There was no list. That the node is absent is for the reading of the node itself to tell. */
  missedNames(): void {
    this.#listMissing = true;
  }

  sawNames(names: readonly string[], stat: NodeStat): void {
    this.#read = true;
    this.#movesAreStale = false;
    this.#listStat = stat;
    this.#listMissing = false;
    if (names.length > 0 || this.#children !== undefined) this.#growing.replace(names);
  }

  sawChild(name: string, data: Uint8Array | null): void {
    // A list that was read at the same time may know already that it is gone.
    if (!this.lists(name)) {
      this.expireChild(name);
      return;
    }
    this.#read = true;
    this.#growing.set(name, data === null || data.length === 0 ? null : data);
  }

  /** All looks are answered. Data and list were read one after the other: whichever is of an older state is stale. */
  compare(): void {
    if (this.#exists !== true) return;
    if (this.#listMissing || this.#isDataOlder()) this.expireSelf();
    if (this.#listMissing || this.#isListOlder()) this.expireNames();
  }

  /** The node as a whole; undefined while something of it is missing or does not fit together, or nothing was read. */
  whole(): RawNode | undefined {
    if (!this.#read || this.#exists === undefined) return undefined;
    if (!this.#exists) return this.#remember(absentNode(this.#path));
    const stat = this.#newestStat;
    if (stat === undefined) return undefined;
    if (this.#followsNames && !(this.#knowsEveryChild && this.#fitsTogether())) return undefined;
    return this.#remember({ path: this.#path, data: this.#data, stat, children: this.#children?.known ?? noChildren });
  }

  /** The last whole node again. */
  get last(): RawNode | undefined {
    return this.#last;
  }

  get #followsNames(): boolean {
    return this.#detail !== 'none';
  }

  /** Of the two that were read, where they fit together. */
  get #newestStat(): NodeStat | undefined {
    const [data, list] = [this.#dataStat, this.#listStat];
    return data !== undefined && list !== undefined && list.pzxid > data.pzxid ? list : data;
  }

  /** The list, from now on there is one. */
  get #growing(): ChildList {
    this.#children ??= new ChildList(this.#detail);
    return this.#children;
  }

  get #childCount(): number {
    return this.#children?.names.size ?? 0;
  }

  get #knowsEveryChild(): boolean {
    return this.#children?.isComplete ?? true;
  }

  #move(name: string, where: 'came' | 'went'): void {
    this.#growing.move(name, where);
    this.#movesAreStale = true;
  }

  #forgetMoves(): void {
    this.#children?.forgetMoves();
    this.#movesAreStale = false;
  }

  /** Makes the list that of `stat`. Somebody may come or go of whom we are not told, for want of the right to read him. */
  #followMoves(stat: NodeStat): void {
    this.#children?.followMoves();
    this.#movesAreStale = false;
    if (this.#childCount === stat.numChildren) this.#listStat = stat;
    else this.expireNames();
  }

  #fitsTogether(): boolean {
    if (this.#dataStat === undefined || this.#listStat === undefined) return false;
    if (this.#isDataOlder() || this.#isListOlder()) return false;
    // A child that was dropped is in the list's stat still.
    return this.#childCount === this.#listStat.numChildren;
  }

  #isDataOlder(): boolean {
    const data = this.#dataStat;
    const list = this.#listStat;
    return data !== undefined && list !== undefined && (data.mzxid < list.mzxid || data.czxid < list.czxid);
  }

  #isListOlder(): boolean {
    const data = this.#dataStat;
    const list = this.#listStat;
    return data !== undefined && list !== undefined && (list.pzxid < data.pzxid || list.czxid < data.czxid);
  }

  #remember(node: RawNode): RawNode {
    this.#last = node;
    this.#read = false;
    this.#rounds = 0;
    return node;
  }
}
