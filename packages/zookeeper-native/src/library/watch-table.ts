import type { WatchEvent } from '@ndsr/zookeeper-common';

/** What a watch was armed by: reading data, or asking for a node that is not there, or listing children. */
export type WatchKind = 'data' | 'absence' | 'children';

const bits: Record<WatchKind, number> = { data: 1, absence: 2, children: 4 };
const anyWatch = 7;
const forgotten = 8;

/** An event's kind to the watches that it uses up. */
const uses: Record<WatchEvent['kind'], number> = {
  created: bits.data | bits.absence,
  changed: bits.data | bits.absence,
  deleted: anyWatch,
  children: bits.children,
};

/**
 * The watches that are armed. The library keeps a table of its own and sends it to the servers at each reconnect, in one
 * frame: what it is good for is to know when that frame is more than they take, and to do without it then.
 */
export class WatchTable {
  readonly #armed = new Map<string, number>();
  #bytes = 0;

  /** What the library would send at a reconnect, without the few bytes around it. Includes what was forgotten. */
  get bytes(): number {
    return this.#bytes;
  }

  arm(path: string, kind: WatchKind): void {
    const armed = this.#armed.get(path) ?? 0;
    this.#set(path, armed, (armed | bits[kind]) & ~forgotten);
  }

  fired({ path, kind }: WatchEvent): void {
    const armed = this.#armed.get(path);
    if (armed !== undefined) this.#set(path, armed, armed & ~uses[kind]);
  }

  /** The library has no way to disarm a watch: it goes on telling the servers of it until it has fired. */
  forget(path: string): void {
    const armed = this.#armed.get(path);
    if (armed !== undefined) this.#set(path, armed, armed | forgotten);
  }

  /** Everything armed as events that have it read again, and so armed again; nothing is armed any more. */
  drain(): readonly WatchEvent[] {
    const events: WatchEvent[] = [];
    for (const [path, armed] of this.#armed) {
      if ((armed & forgotten) !== 0) continue;
      if ((armed & bits.data) !== 0) events.push({ kind: 'changed', path });
      if ((armed & bits.absence) !== 0) events.push({ kind: 'created', path });
      if ((armed & bits.children) !== 0) events.push({ kind: 'children', path });
    }
    this.#armed.clear();
    this.#bytes = 0;
    return events;
  }

  #set(path: string, before: number, after: number): void {
    this.#bytes += (count(after) - count(before)) * (4 + Buffer.byteLength(path));
    if ((after & anyWatch) === 0) this.#armed.delete(path);
    else this.#armed.set(path, after);
  }
}

/** How many lists of the frame have the path. */
function count(armed: number): number {
  return (armed & 1) + ((armed >> 1) & 1) + ((armed >> 2) & 1);
}
