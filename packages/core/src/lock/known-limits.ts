import type { NodeStat } from '../node/node-stat.js';
import type { Clock } from '../time/clock.js';

/** The number of slots at a lock's path, as this registry read it. */
interface KnownLimit {
  readonly sessionId: bigint;
  /** The transaction that wrote it. */
  readonly mzxid: bigint;
  /** Undefined if the data is no number. */
  readonly limit: bigint | undefined;
  readonly seenAt: number;
}

const maxPaths = 1_000;
/** For this long a path is taken for one of a lock without a check before the contender is created, ms. It is checked afterwards. */
const recentMs = 10_000;

/**
 * The numbers of slots that this registry has read at the paths of its locks. As long as the stat of a path shows the same
 * transaction, its data need not be read again.
 */
export class KnownLimits {
  readonly #clock: Clock;
  /** The least recently seen path is first. */
  readonly #byPath = new Map<string, KnownLimit>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** True if the number was read at `path` in that session. */
  has(path: string, sessionId: bigint): boolean {
    return this.#byPath.get(path)?.sessionId === sessionId;
  }

  /** True if `path` was seen a short time ago in that session. */
  isRecent(path: string, sessionId: bigint): boolean {
    const known = this.#byPath.get(path);
    return known?.sessionId === sessionId && this.#clock.now() - known.seenAt < recentMs;
  }

  /** The number at a path with that `stat`; undefined if it must be read. */
  at(path: string, sessionId: bigint, { mzxid }: NodeStat): { readonly limit: bigint | undefined } | undefined {
    const known = this.#byPath.get(path);
    return known?.sessionId === sessionId && known.mzxid === mzxid ? known : undefined;
  }

  /** The path with that `stat` has the number `limit`. */
  see(path: string, sessionId: bigint, { mzxid }: NodeStat, limit: bigint | undefined): void {
    this.#byPath.delete(path);
    this.#byPath.set(path, { sessionId, mzxid, limit, seenAt: this.#clock.now() });
    for (const oldest of this.#byPath.keys()) {
      if (this.#byPath.size <= maxPaths) return;
      this.#byPath.delete(oldest);
    }
  }

  forget(path: string): void {
    this.#byPath.delete(path);
  }
}
