import { type ChildDetail, nameOnly, type RawChild, sameStat } from '@ndsr/core/backend';

type Children = ReadonlyMap<string, RawChild>;

/** Stands for a child whose data has not been read yet. Never delivered: the node is not whole before. */
const unread: RawChild = { data: null, stat: null };

/**
 * The known children of one node, the names whose data must be read again, the children that were created or deleted since
 * the list was read, and those that changed since the last delivery. Pure bookkeeping for `NodeView`, which decides when
 * to read. A change costs what changed, however many children there are; only a list that was read is looked at as a whole.
 */
export class ChildList {
  readonly #detail: ChildDetail;
  #children = new Map<string, RawChild>();
  /** True if the map was delivered for keeps: it is copied before it is changed. */
  #isShared = false;
  /** How many children are `unread`. */
  #unread = 0;
  readonly #stale = new Set<string>();
  /** Children that were created or deleted since the list was read, if that is reported. `reading`: created, and being read. */
  readonly #moves = new Map<string, 'created' | 'reading' | 'deleted'>();
  /** The names that may differ from the last delivery; undefined before the first. */
  #changed: Set<string> | undefined;

  /** @param wasDelivered true if the node was delivered before, without children */
  constructor(detail: ChildDetail, wasDelivered: boolean) {
    this.#detail = detail;
    if (wasDelivered) this.#changed = new Set();
  }

  get size(): number {
    return this.#children.size;
  }

  get names(): Iterable<string> {
    return this.#children.keys();
  }

  /** True if the data of every child is known. */
  get isComplete(): boolean {
    return this.#unread === 0;
  }

  /** True if the data of some child must be read again. */
  get isStale(): boolean {
    return this.#stale.size > 0;
  }

  get hasMoves(): boolean {
    return this.#moves.size > 0;
  }

  has(name: string): boolean {
    return this.#children.has(name);
  }

  hasMoved(name: string): boolean {
    return this.#moves.has(name);
  }

  /** True if the child was deleted since the list was read. */
  wasDeleted(name: string): boolean {
    return this.#moves.get(name) === 'deleted';
  }

  /** The last known state of a child; without data if there is none. */
  childOf(name: string): RawChild {
    const child = this.#children.get(name);
    return child === undefined || child === unread ? nameOnly : child;
  }

  /** Returns the children for the first delivery. The map is never changed. */
  deliverAll(): Children {
    this.#changed = new Set();
    this.#isShared = true;
    return this.#children;
  }

  /** Returns the children for a later delivery, and which of them differ from the last one. The first map is valid until something changes. */
  deliverChanges(): { readonly children: Children; readonly changed: ReadonlyMap<string, RawChild | null> } {
    const changed = new Map<string, RawChild | null>();
    for (const name of this.#changed ?? []) changed.set(name, this.#children.get(name) ?? null);
    this.#changed?.clear();
    return { children: this.#children, changed };
  }

  /** The data of a child may have changed. A child that is not in the list is read once it is. */
  invalidate(name: string): void {
    if (this.#moves.get(name) === 'reading') this.#moves.set(name, 'created');
    if (this.#children.has(name)) this.#invalidateData(name);
  }

  invalidateAll(): void {
    for (const [name, child] of this.#children) if (child !== unread) this.invalidate(name);
  }

  /** Returns the names whose data must be read, and counts them as being read. */
  takeStale(): readonly string[] {
    const stale = [...this.#stale];
    this.#stale.clear();
    return stale;
  }

  move(name: string, where: 'created' | 'deleted'): void {
    this.#moves.set(name, where);
  }

  forgetMoves(): void {
    this.#moves.clear();
  }

  /** Returns the created children that are not being read yet, and counts them as being read. */
  takeCreated(): readonly string[] {
    const created: string[] = [];
    for (const [name, where] of this.#moves) if (where === 'created' && !this.#children.has(name)) created.push(name);
    for (const name of created) this.#moves.set(name, 'reading');
    return created;
  }

  /** Applies the creations and deletions to the list. */
  applyMoves(): void {
    for (const [name, where] of this.#moves) {
      if (where === 'deleted') this.drop(name);
      else if (!this.#children.has(name)) this.#add(name, where === 'created');
    }
    this.#moves.clear();
  }

  /** Replaces the list by the one that was read, in which every name is different. */
  replace(names: readonly string[]): void {
    // A deleted child that is in the list again was created again: the known data is of the old one.
    for (const [name, where] of this.#moves) if (where === 'deleted') this.drop(name);
    this.#moves.clear();
    const before = this.#children.size;
    let kept = 0;
    for (const name of names) {
      if (this.#children.has(name)) kept += 1;
      else this.#add(name, true);
    }
    if (kept < before) this.#dropAllBut(new Set(names));
  }

  /** Removes a child from the list. */
  drop(name: string): void {
    const child = this.#children.get(name);
    if (child === undefined) return;
    if (child === unread) this.#unread -= 1;
    this.#stale.delete(name);
    this.#own.delete(name);
    this.#changed?.add(name);
  }

  /** Removes all children. */
  clear(): void {
    this.#moves.clear();
    this.#dropAllBut(new Set());
  }

  /** Sets a child that is in the list. One that is equal to the known child stays the same object, and has not changed. */
  set(name: string, child: RawChild): void {
    const known = this.#children.get(name);
    if (known === unread) this.#unread -= 1;
    else if (known !== undefined && isSame(known, child)) return;
    this.#own.set(name, child);
    this.#changed?.add(name);
  }

  /** The map of children, to be changed. */
  get #own(): Map<string, RawChild> {
    if (this.#isShared) {
      this.#children = new Map(this.#children);
      this.#isShared = false;
    }
    return this.#children;
  }

  /** @param mustBeRead false if its data is being read */
  #add(name: string, mustBeRead: boolean): void {
    const isNameOnly = this.#detail !== 'data';
    this.#own.set(name, isNameOnly ? nameOnly : unread);
    this.#changed?.add(name);
    if (isNameOnly) return;
    this.#unread += 1;
    if (mustBeRead) this.#stale.add(name);
  }

  #dropAllBut(names: ReadonlySet<string>): void {
    for (const name of this.#children.keys()) if (!names.has(name)) this.drop(name);
  }

  #invalidateData(name: string): void {
    if (this.#detail === 'data') this.#stale.add(name);
  }
}

function isSame(one: RawChild, other: RawChild): boolean {
  if (!sameStat(one.stat, other.stat)) return false;
  // The same stat may be of another ensemble, whose data was lost.
  return one.data === null || other.data === null
    ? one.data === other.data
    : Buffer.compare(one.data, other.data) === 0;
}
