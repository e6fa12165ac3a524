import { nameOnly, type RawChild } from '../backend/raw-node.js';
import { decodeData, sameDecoded } from '../codec/decode.js';
import { sameBytes } from '../codec/same-data.js';
import { BackendError } from '../errors/background-errors.js';
import type { NodeState } from '../node/node-changes.js';
import type { NodeData } from '../node/node-snapshot.js';
import { sameStat } from '../node/node-stat.js';

/** A child as the backend delivered it, and decoded. Never changes. */
export class ChildEntry {
  readonly name: string;
  readonly raw: RawChild;
  readonly data: NodeData | null;
  #state: NodeState | undefined;

  private constructor(name: string, raw: RawChild, data: NodeData | null) {
    this.name = name;
    this.raw = raw;
    this.data = data;
  }

  /** A child of which only the name is shown. */
  static ofName(name: string): ChildEntry {
    return new ChildEntry(name, nameOnly, null);
  }

  /**
   * The child of that name after it was delivered as `raw`: `known` itself if nothing differs, and with the same `data`
   * object if that is equal.
   * @throws {BackendError} `raw` is not a `RawChild`
   */
  static next(known: ChildEntry | undefined, name: string, raw: RawChild): ChildEntry {
    if (known !== undefined && known.raw === raw) return known;
    // Before there were stats, a child was its bytes, or null.
    if (raw?.data === undefined) throw new BackendError(`child ${name} is not an object with 'data' and 'stat'`);
    if (known === undefined) return new ChildEntry(name, raw, decodeData(raw.data));
    const data = shareData(known.raw.data, known.data, raw.data);
    return data === known.data && sameStat(raw.stat, known.raw.stat) ? known : new ChildEntry(name, raw, data);
  }

  /** As users see it, frozen. */
  get state(): NodeState {
    const { stat } = this.raw;
    this.#state ??= Object.freeze({ data: this.data, stat: stat && Object.freeze(stat) });
    return this.#state;
  }

  /** True if the snapshots that contain the two are equal there. */
  looksLike(other: ChildEntry): boolean {
    return sameDecoded(this.data, other.data);
  }

  /** True if the two are equal in all that users see. */
  equals(other: ChildEntry): boolean {
    return this === other || (sameStat(this.raw.stat, other.raw.stat) && this.looksLike(other));
  }
}

/** The decoded `bytes`, or the known value when it is equal. */
export function shareData(
  knownBytes: Uint8Array | null,
  known: NodeData | null,
  bytes: Uint8Array | null,
): NodeData | null {
  if (sameBytes(knownBytes, bytes)) return known;
  const data = decodeData(bytes);
  return sameDecoded(known, data) ? known : data;
}
