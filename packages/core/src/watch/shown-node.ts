import type { RawNode } from '../backend/raw-node.js';
import type { NodeSnapshot, SnapshotDetail } from '../node/node-snapshot.js';
import type { Clock } from '../time/clock.js';
import type { Freshness } from './freshness.js';
import { type Reading, readSnapshot } from './snapshot.js';

/** Whether what is shown is vouched for now; else when it last was. */
export type Trust = true | Date;

/** What is shown of one path, in each detail that somebody has asked for, and how far it can be trusted. */
export class ShownNode {
  readonly #clock: Clock;
  #full: Reading | undefined;
  #names: Reading | undefined;
  /** Null for never. */
  #trusted: Trust | null = null;
  /** When what an earlier process left was the truth; undefined when it left nothing. */
  #seededFrom: Date | undefined;

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
  take(raw: RawNode, detail: SnapshotDetail, trusted: Trust): void {
    this.#trusted = trusted;
    if (detail === 'data') this.#read(raw, 'data');
    if (detail === 'names' || this.#names !== undefined) this.#read(raw, 'names');
  }

  /** What an earlier process saw, until something is taken. */
  seed(raw: RawNode, detail: SnapshotDetail, asOf: Date): void {
    this.#seededFrom = asOf;
    this.#read(raw, detail);
  }

  /** Whether it is what an earlier process saw. */
  get isSeeded(): boolean {
    return this.#trusted === null && this.#seededFrom !== undefined;
  }

  get isLive(): boolean {
    return this.#trusted === true;
  }

  /** It is vouched for no more, and was last at `asOf`. */
  distrust(asOf: Date): void {
    if (this.#trusted === true) this.#trusted = asOf;
  }

  /** @param quietMs for how long nothing has been heard from the servers: what is live is as old as their last word */
  freshness(quietMs: number, held: boolean): Freshness {
    const now = this.#clock.date().getTime();
    if (this.#trusted === true) return { origin: 'live', asOf: new Date(now - quietMs), ageMs: quietMs, held };
    const since = this.#trusted ?? this.#seededFrom;
    if (since === undefined) return { origin: 'none', asOf: null, ageMs: null, held };
    const origin = this.isSeeded ? 'cache-file' : 'last-known';
    return { origin, asOf: new Date(since), ageMs: Math.max(0, now - since.getTime()), held };
  }

  #read(raw: RawNode, detail: SnapshotDetail): void {
    if (detail === 'data') this.#full = readSnapshot(this.#full, raw, detail);
    else this.#names = readSnapshot(this.#names, raw, detail);
  }
}
