import type { ChildDetail, RawNode } from '@ndsr/core/backend';

/**
 * The children of one node, as far as they are known: who is in the list, with what data, whose data have to be read again, and
 * who came and went since the list was read. Pure bookkeeping, for `NodeView`, which knows when what is read.
 */
export class ChildList {
  readonly #detail: ChildDetail;
  #names = new Set<string>();
  readonly #data = new Map<string, Uint8Array | null>();
  readonly #stale = new Set<string>();
  /** In so far as that is told. `asked`: it came, and is being read. */
  readonly #moves = new Map<string, 'came' | 'asked' | 'went'>();
  /** What was handed out, while it is still so. */
  #copy: RawNode['children'] | undefined;

  constructor(detail: ChildDetail) {
    this.#detail = detail;
  }

  get names(): ReadonlySet<string> {
    return this.#names;
  }

  /** Whether the data of every name are known. */
  get isComplete(): boolean {
    for (const name of this.#names) if (!this.#data.has(name)) return false;
    return true;
  }

  /** Whether some data have to be read again. */
  get isStale(): boolean {
    return this.#stale.size > 0;
  }

  get hasMoves(): boolean {
    return this.#moves.size > 0;
  }

  /** With the data, or null for each where only names are followed. Not to be changed: the same again while nothing has. */
  get known(): RawNode['children'] {
    this.#copy ??= new Map(this.#data);
    return this.#copy;
  }

  hasMoved(name: string): boolean {
    return this.#moves.has(name);
  }

  /** Whether it went since the list was read. */
  hasGone(name: string): boolean {
    return this.#moves.get(name) === 'went';
  }

  /** The data that are known of it, if there are any. */
  dataOf(name: string): Uint8Array | null {
    return this.#data.get(name) ?? null;
  }

  /** Its data may be others. One that is not in the list is read when it is. */
  expire(name: string): void {
    if (this.#moves.get(name) === 'asked') this.#moves.set(name, 'came');
    if (this.#names.has(name)) this.#expireData(name);
  }

  expireAll(): void {
    for (const name of this.#data.keys()) this.expire(name);
  }

  /** Those whose data have to be read; from here on they are being read. */
  takeStale(): readonly string[] {
    const stale = [...this.#stale];
    this.#stale.clear();
    return stale;
  }

  move(name: string, where: 'came' | 'went'): void {
    this.#moves.set(name, where);
  }

  forgetMoves(): void {
    this.#moves.clear();
  }

  /** Those that came and are not being read yet; from here on they are. */
  takeNewcomers(): readonly string[] {
    const newcomers = [...this.#moves].filter(([name, where]) => where === 'came' && !this.#names.has(name));
    for (const [name] of newcomers) this.#moves.set(name, 'asked');
    return newcomers.map(([name]) => name);
  }

  /** Makes it the list that the moves lead to. */
  followMoves(): void {
    for (const [name, where] of this.#moves) {
      if (where === 'went') this.drop(name);
      else if (!this.#names.has(name)) {
        this.#names.add(name);
        if (where === 'came') this.#expireData(name);
      }
    }
    this.#moves.clear();
  }

  /** The list as it was read. */
  replace(names: readonly string[]): void {
    // Whoever is in the list again came again: what is known is of the one before.
    for (const [name, where] of this.#moves) if (where === 'went') this.#forget(name);
    this.#moves.clear();
    this.#names = new Set(names);
    for (const name of this.#data.keys()) if (!this.#names.has(name)) this.#forget(name);
    for (const name of names) if (!this.#data.has(name)) this.#meet(name);
  }

  /** It is not in the list any more. */
  drop(name: string): void {
    this.#names.delete(name);
    this.#forget(name);
  }

  /** Its data as they were read. */
  set(name: string, data: Uint8Array | null): void {
    this.#data.set(name, data);
    this.#copy = undefined;
  }

  #meet(name: string): void {
    if (this.#detail === 'data') this.#expireData(name);
    else this.set(name, null);
  }

  #expireData(name: string): void {
    if (this.#detail === 'data') this.#stale.add(name);
  }

  #forget(name: string): void {
    this.#data.delete(name);
    this.#stale.delete(name);
    this.#copy = undefined;
  }
}
