import type { RawNode } from '../backend/raw-node.js';
import type { NodeSnapshot, SnapshotDetail } from '../node/node-snapshot.js';
import type { Clock } from '../time/clock.js';
import type { Freshness } from './freshness.js';
import { type DecodedNode, readSnapshot } from './snapshot.js';

/** Whether what is shown is vouched for now; else when it last was. */
export type LastVerified = 'now' | Date;

/** What is shown of one path, in each detail that somebody has asked for, and how far it can be trusted. */
export class ShownNode {
  readonly #clock: Clock;
  #full: DecodedNode | undefined;
  #names: DecodedNode | undefined;
  /** Null for never. */
  #lastVerifiedAt: LastVerified | null = null;
  /** When what an earlier process left was the truth; undefined when it left nothing. */
  #cacheFileAsOf: Date | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Undefined when nothing is known, or nothing in that detail. */
  snapshot(detail: SnapshotDetail): NodeSnapshot | undefined {
    if (detail === 'data') return this.#full?.snapshot;
    // Somebody asks for names where data are watched: read once here, and with every delivery from now on.
    if (this.#full !== undefined && this.#names === undefined) this.#read(this.#full.raw, 'names');
    return this.#names?.snapshot;
  }

  /** The fullest snapshot that is known. */
  get latest(): NodeSnapshot | undefined {
    return (this.#full ?? this.#names)?.snapshot;
  }

  /** How many children it shows. */
  get childCount(): number {
    const { latest } = this;
    return latest === undefined ? 0 : Object.keys(latest.children).length;
  }

  /** From now on it is `raw`, watched in that detail. */
  update(raw: RawNode, detail: SnapshotDetail, lastVerifiedAt: LastVerified): void {
    this.#lastVerifiedAt = lastVerifiedAt;
    if (detail === 'data') this.#read(raw, 'data');
    if (detail === 'names' || this.#names !== undefined) this.#read(raw, 'names');
  }

  /** What an earlier process saw, until something is taken. */
  seed(raw: RawNode, detail: SnapshotDetail, asOf: Date): void {
    this.#cacheFileAsOf = asOf;
    this.#read(raw, detail);
  }

  /** Whether it is what an earlier process saw. */
  get isFromCacheFile(): boolean {
    return this.#lastVerifiedAt === null && this.#cacheFileAsOf !== undefined;
  }

  get isLive(): boolean {
    return this.#lastVerifiedAt === 'now';
  }

  /** It is vouched for no more, and was last at `asOf`. */
  markStale(asOf: Date): void {
    if (this.#lastVerifiedAt === 'now') this.#lastVerifiedAt = asOf;
  }

  /** @param quietMs for how long nothing has been heard from the servers: what is live is as old as their last word */
  freshness(quietMs: number, held: boolean): Freshness {
    const now = this.#clock.date().getTime();
    if (this.#lastVerifiedAt === 'now') return { origin: 'live', asOf: new Date(now - quietMs), ageMs: quietMs, held };
    const since = this.#lastVerifiedAt ?? this.#cacheFileAsOf;
    if (since === undefined) return { origin: 'none', asOf: null, ageMs: null, held };
    const origin = this.isFromCacheFile ? 'cache-file' : 'last-known';
    return { origin, asOf: new Date(since), ageMs: Math.max(0, now - since.getTime()), held };
  }

  #read(raw: RawNode, detail: SnapshotDetail): void {
    if (detail === 'data') this.#full = readSnapshot(this.#full, raw, detail);
    else this.#names = readSnapshot(this.#names, raw, detail);
  }
}
