import { parentOf } from '@ndsr/core/backend';
import { flawOfEventPath, type WatchEvent, type WatchNotification } from '@ndsr/zookeeper-common';

/** The events that a watch waits for: a change of the data, the creation of a missing node, a change of the list of children. */
export type WatchKind = 'data' | 'existence' | 'child';

/** The kinds of watches of a path are kept as a sum of these: there may be many thousands of paths. */
const bits = { data: 1, existence: 2, child: 4, recursive: 8 } as const;

/** The event for a type in `org.apache.zookeeper.Watcher.Event.EventType`, and the one-shot watches that it ends. */
const events: ReadonlyMap<number, { readonly kind: WatchEvent['kind']; readonly ends: number }> = new Map([
  [1, { kind: 'created', ends: bits.data | bits.existence }],
  [2, { kind: 'deleted', ends: bits.data | bits.existence | bits.child }],
  [3, { kind: 'changed', ends: bits.data | bits.existence }],
  [4, { kind: 'children', ends: bits.child }],
]);

/** Receives the events of a table. */
export interface WatchTableListener {
  event(event: WatchEvent): void;
  /** The servers sent an event that cannot be right. */
  fault(error: Error): void;
}

/** Reads in flight of one path that arm a watch when they are answered. */
export interface PendingWatch {
  readonly path: string;
  reads: number;
  forgotten: boolean;
}

/** The watches of one session, by server path. It survives the connections, the servers' own table does not. */
export class WatchTable {
  readonly #armed = new Map<string, number>();
  /** The one-shot watches that were forgotten, and are on the servers until they fire. */
  readonly #forgotten = new Map<string, number>();
  /** The number of reads in flight, by path, that were forgotten, and may arm such a watch. */
  readonly #forgottenReads = new Map<string, number>();
  readonly #pending = new Map<string, PendingWatch>();
  readonly #observer: WatchTableListener;
  #recursive = 0;

  constructor(observer: WatchTableListener) {
    this.#observer = observer;
  }

  /** Records a read that will arm a watch. Pass the result to `endRead`. */
  beginRead(path: string): PendingWatch {
    let pending = this.#pending.get(path);
    if (pending === undefined || pending.forgotten) {
      pending = { path, reads: 0, forgotten: false };
      this.#pending.set(path, pending);
    }
    pending.reads += 1;
    return pending;
  }

  /** The read has ended. @param kind the watch that it armed; null for none */
  endRead(pending: PendingWatch, kind: WatchKind | null): void {
    pending.reads -= 1;
    if (pending.reads === 0 && this.#pending.get(pending.path) === pending) this.#pending.delete(pending.path);
    if (pending.forgotten) this.#endForgottenRead(pending.path, kind);
    else if (kind !== null) this.#add(pending.path, bits[kind]);
  }

  /** Records that a recursive watch is requested. */
  addRecursive(path: string): void {
    if (!this.isRecursive(path)) this.#recursive += 1;
    this.#add(path, bits.recursive);
  }

  /** The recursive watch of `path` was refused. */
  removeRecursive(path: string): void {
    const armed = this.#armed.get(path) ?? 0;
    if ((armed & bits.recursive) === 0) return;
    this.#recursive -= 1;
    this.#set(path, armed & ~bits.recursive);
  }

  /** True if a recursive watch of `path` itself is armed or requested. */
  isRecursive(path: string): boolean {
    return ((this.#armed.get(path) ?? 0) & bits.recursive) !== 0;
  }

  /**
   * The watches of `path` are not armed again at a reconnect; their events are ignored.
   * Returns whether there are any on the servers, or will be when a read in flight is answered.
   */
  forget(path: string): boolean {
    const pending = this.#pending.get(path);
    if (pending !== undefined) pending.forgotten = true;
    this.#pending.delete(path);
    const isRecursive = this.isRecursive(path);
    if (isRecursive) this.#recursive -= 1;
    if (pending !== undefined) addTo(this.#forgottenReads, path, pending.reads);
    setBits(this.#forgotten, path, (this.#forgotten.get(path) ?? 0) | ((this.#armed.get(path) ?? 0) & ~bits.recursive));
    this.#armed.delete(path);
    return isRecursive || this.#forgotten.has(path) || this.#forgottenReads.has(path);
  }

  /** The servers were asked to remove the watches of `path`. */
  removed(path: string): void {
    this.#forgotten.delete(path);
  }

  /** An event of the servers. It is passed on if somebody watches the path. */
  receive({ type, path }: WatchNotification): void {
    const event = events.get(type);
    const flaw = flawOfEventPath(path);
    if (event === undefined) this.#observer.fault(new Error(`watch event of unknown type ${type}`));
    else if (flaw !== undefined) this.#observer.fault(flaw);
    else if (path !== null && this.#ends(path, event.ends)) this.#observer.event({ kind: event.kind, path });
  }

  /** The connection broke. The servers keep no recursive watch: their paths are armed as if node and list had been read. */
  disconnected(): void {
    this.#pending.clear();
    this.#forgotten.clear();
    if (this.#recursive === 0) return;
    for (const [path, armed] of this.#armed) {
      if ((armed & bits.recursive) !== 0) this.#armed.set(path, bits.data | bits.child | (armed & bits.existence));
    }
    this.#recursive = 0;
  }

  /** The watches to arm on a new connection. */
  *list(): Iterable<readonly [WatchKind, string]> {
    for (const [path, armed] of this.#armed) {
      if ((armed & bits.data) !== 0) yield ['data', path];
      if ((armed & bits.existence) !== 0) yield ['existence', path];
      if ((armed & bits.child) !== 0) yield ['child', path];
    }
  }

  /** An event ends these watches of `path`. Returns whether somebody watches it. */
  #ends(path: string, ends: number): boolean {
    const forgotten = this.#forgotten.get(path);
    if (forgotten !== undefined) setBits(this.#forgotten, path, forgotten & ~ends);
    const armed = this.#armed.get(path) ?? 0;
    const ended = armed & ends;
    if (ended !== 0) this.#set(path, armed & ~ended);
    return ended !== 0 || this.#isWithinRecursive(path);
  }

  #isWithinRecursive(path: string): boolean {
    if (this.#recursive === 0) return false;
    for (let at: string | undefined = path; at !== undefined; at = parentOf(at)) {
      if (this.isRecursive(at)) return true;
    }
    return false;
  }

  #add(path: string, bit: number): void {
    this.#armed.set(path, (this.#armed.get(path) ?? 0) | bit);
  }

  #set(path: string, armed: number): void {
    setBits(this.#armed, path, armed);
  }

  #endForgottenRead(path: string, kind: WatchKind | null): void {
    addTo(this.#forgottenReads, path, -1);
    if (kind !== null) setBits(this.#forgotten, path, (this.#forgotten.get(path) ?? 0) | bits[kind]);
  }
}

function addTo(counts: Map<string, number>, path: string, reads: number): void {
  const count = (counts.get(path) ?? 0) + reads;
  if (count > 0) counts.set(path, count);
  else counts.delete(path);
}

function setBits(watches: Map<string, number>, path: string, armed: number): void {
  if (armed === 0) watches.delete(path);
  else watches.set(path, armed);
}
