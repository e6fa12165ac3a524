import { type ChildDetail, nameOnly, type RawChild, type RawNode } from '@ndsr/core/backend';

/**
 * The known children of one node: the names, their data, the names whose data must be read again, and the children
 * that were created or deleted since the list was read. Pure bookkeeping for `NodeView`, which decides when to read.
 */
export class ChildList {
  readonly #detail: ChildDetail;
  #names = new Set<string>();
  readonly #data = new Map<string, RawChild>();
  readonly #stale = new Set<string>();
  /** Children that were created or deleted since the list was read, if that is reported. `reading`: created, and being read. */
  readonly #moves = new Map<string, 'created' | 'reading' | 'deleted'>();
  /** The map that was returned last; undefined once it is out of date. */
  #copy: RawNode['children'] | undefined;

  constructor(detail: ChildDetail) {
    this.#detail = detail;
  }

  get names(): ReadonlySet<string> {
    return this.#names;
  }

  /** True if the data of every child is known. */
  get isComplete(): boolean {
    for (const name of this.#names) if (!this.#data.has(name)) return false;
    return true;
  }

  /** True if the data of some child must be read again. */
  get isStale(): boolean {
    return this.#stale.size > 0;
  }

  get hasMoves(): boolean {
    return this.#moves.size > 0;
  }

  /** The children with their data, or null for each if only names are followed. Do not modify it: it is the same map until something changes. */
  get known(): RawNode['children'] {
    this.#copy ??= new Map(this.#data);
    return this.#copy;
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
    return this.#data.get(name) ?? nameOnly;
  }

  /** The data of a child may have changed. A child that is not in the list is read once it is. */
  invalidate(name: string): void {
    if (this.#moves.get(name) === 'reading') this.#moves.set(name, 'created');
    if (this.#names.has(name)) this.#invalidateData(name);
  }

  invalidateAll(): void {
    for (const name of this.#data.keys()) this.invalidate(name);
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
    const created = [...this.#moves].filter(([name, where]) => where === 'created' && !this.#names.has(name));
    for (const [name] of created) this.#moves.set(name, 'reading');
    return created.map(([name]) => name);
  }

  /** Applies the creations and deletions to the list. */
  applyMoves(): void {
    for (const [name, where] of this.#moves) {
      if (where === 'deleted') this.drop(name);
      else if (!this.#names.has(name)) {
        this.#names.add(name);
        if (where === 'created') this.#invalidateData(name);
      }
    }
    this.#moves.clear();
  }

  /** Replaces the list by the one that was read. */
  replace(names: readonly string[]): void {
    // A deleted child that is in the list again was created again: the known data is of the old one.
    for (const [name, where] of this.#moves) if (where === 'deleted') this.#forget(name);
    this.#moves.clear();
    this.#names = new Set(names);
    for (const name of this.#data.keys()) if (!this.#names.has(name)) this.#forget(name);
    for (const name of names) if (!this.#data.has(name)) this.#add(name);
  }

  /** Removes a child from the list. */
  drop(name: string): void {
    this.#names.delete(name);
    this.#forget(name);
  }

  set(name: string, child: RawChild): void {
    this.#data.set(name, child);
    this.#copy = undefined;
  }

  #add(name: string): void {
    if (this.#detail === 'data') this.#invalidateData(name);
    else this.set(name, nameOnly);
  }

  #invalidateData(name: string): void {
    if (this.#detail === 'data') this.#stale.add(name);
  }

  #forget(name: string): void {
    this.#data.delete(name);
    this.#stale.delete(name);
    this.#copy = undefined;
  }
}
