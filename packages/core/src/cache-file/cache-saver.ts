import type { Logger } from '../log/logger.js';
import type { NodeSnapshot, SnapshotDetail } from '../node/node-snapshot.js';
import { backoffMs } from '../time/backoff.js';
import type { CancelTimer, Clock } from '../time/clock.js';
import { sharedChildrenOf } from '../watch/create-snapshot.js';
import type { WatchEntry } from '../watch/watch-entry.js';
import { type CacheContent, contentOf, keyOf, refreshAfterMs } from './cache-content.js';
import { inSlices } from './in-slices.js';
import { describeOmitted, isEmpty, type SavedNode, serialiseSnapshot } from './saved-node.js';

export interface SaverHost {
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
  /** Never rejects; false when it failed. */
  save(updates: CacheContent): Promise<boolean>;
}

/** Delay of a save after the first change that it contains, ms; randomised by up to half of it. */
const saveDelayMs = 1_000;
const longestDelayMs = 30_000;
/** The largest number of nodes that one warning names. */
const maxListed = 3;

interface UnsavedSnapshot {
  readonly snapshot: NodeSnapshot;
  readonly detail: SnapshotDetail;
  readonly receivedAt: number;
}

/** Collects the nodes that entries receive, and saves them about once a second while there are changes. */
export class CacheSaver {
  readonly #host: SaverHost;
  /** The last snapshot of each entry that is in the file, or will be. */
  readonly #recorded = new WeakMap<WatchEntry, UnsavedSnapshot>();
  /** The last reported omission of each entry: the same one is reported only once. */
  readonly #omitted = new Map<string, string>();
  #unsaved = new Map<string, UnsavedSnapshot>();
  #saving: Promise<boolean> | undefined;
  #cancel: CancelTimer | undefined;
  #failures = 0;

  constructor(host: SaverHost) {
    this.#host = host;
  }

  /** Called with each node that a backend delivers, so it returns early for known ones. */
  record(entry: WatchEntry): void {
    const data = entry.snapshot('data');
    const snapshot = data ?? entry.snapshot('names');
    const last = this.#recorded.get(entry);
    const receivedAt = this.#host.clock.date().getTime();
    if (snapshot === undefined || (last?.snapshot === snapshot && receivedAt - last.receivedAt < refreshAfterMs))
      return;
    if (isEmpty(snapshot, sharedChildrenOf(snapshot).size)) return;
    const unsaved: UnsavedSnapshot = { snapshot, detail: data === undefined ? 'names' : 'data', receivedAt };
    this.#recorded.set(entry, unsaved);
    this.#unsaved.set(keyOf(entry.path, unsaved.detail), unsaved);
    this.#schedule();
  }

  /** Saves everything unsaved; stops at the first failure. Never rejects. */
  async flush(): Promise<void> {
    this.#stopTimer();
    let saved = (await this.#saving) ?? true;
    while (saved && this.#unsaved.size > 0) saved = await this.#save();
    this.#stopTimer();
  }

  #schedule(): void {
    if (this.#cancel !== undefined || this.#saving !== undefined || this.#unsaved.size === 0) return;
    const delay = backoffMs(this.#failures, { firstMs: saveDelayMs, longestMs: longestDelayMs });
    this.#cancel = this.#host.clock.backgroundTimer(delay * (0.5 + this.#host.random()), () => {
      this.#cancel = undefined;
      void this.#save();
    });
  }

  #save(): Promise<boolean> {
    this.#saving = this.#saveAll().finally(() => {
      this.#saving = undefined;
      this.#schedule();
    });
    return this.#saving;
  }

  async #saveAll(): Promise<boolean> {
    const unsaved = this.#unsaved;
    this.#unsaved = new Map();
    const { clock } = this.#host;
    const saved = await this.#host.save(contentOf(await inSlices(this.#toNodes(unsaved), () => clock.now())));
    this.#failures = saved ? 0 : this.#failures + 1;
    // Nodes that were received meanwhile are newer.
    if (!saved) this.#unsaved = new Map([...unsaved, ...this.#unsaved]);
    return saved;
  }

  #stopTimer(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  *#toNodes(unsaved: ReadonlyMap<string, UnsavedSnapshot>): Generator<undefined, readonly SavedNode[]> {
    const nodes: SavedNode[] = [];
    for (const [key, { snapshot, detail, receivedAt }] of unsaved) {
      const { node, omitted } = serialiseSnapshot(snapshot, detail, receivedAt);
      if (node !== undefined) nodes.push(node);
      this.#warn(key, omitted);
      yield;
    }
    return nodes;
  }

  #warn(key: string, omitted: readonly string[]): void {
    const suffix = omitted.length > maxListed ? `; and ${omitted.length - maxListed} more` : '';
    const reason = omitted.slice(0, maxListed).map(describeOmitted).join('; ') + suffix;
    if (reason === (this.#omitted.get(key) ?? '')) return;
    this.#omitted.set(key, reason);
    if (reason !== '') this.#host.logger.warn(`Left out of the cache file: ${reason}`);
  }
}
