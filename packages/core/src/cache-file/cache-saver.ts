import type { Logger } from '../log/logger.js';
import type { NodeSnapshot, SnapshotDetail } from '../node/node-snapshot.js';
import type { CancelTimer, Clock } from '../time/clock.js';

import type { WatchEntry } from '../watch/watch-entry.js';
import { type CacheContent, contentOf, keyOf, restateAfterMs } from './cache-content.js';
import { inSlices } from './in-slices.js';
import { isEmpty, type SavedNode, saveNode, tooDeep } from './saved-node.js';

export interface SaverHost {
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
  /** Never rejects; false when it failed. */
  save(news: CacheContent): Promise<boolean>;
}

/** A save comes that long after the first change that it saves, ms; a random half more or less. */
const pauseMs = 1_000;
const longestPauseMs = 30_000;
/** One warning names no more nodes than that. */
const mostNamed = 3;

interface News {
  readonly snapshot: NodeSnapshot;
  readonly detail: SnapshotDetail;
  readonly heardAt: number;
}

/** Collects what entries hear, and saves it about once a second as long as there is something new. */
export class CacheSaver {
  readonly #host: SaverHost;
  /** What each entry last heard that is, or will be, in the file. */
  readonly #heard = new WeakMap<WatchEntry, News>();
  /** What was last left out of each entry, so that the same is reported once. */
  readonly #leftOut = new Map<string, string>();
  #unsaved = new Map<string, News>();
  #saving: Promise<boolean> | undefined;
  #cancel: CancelTimer | undefined;
  #failures = 0;

  constructor(host: SaverHost) {
    this.#host = host;
  }

  /** Called with each node that a backend delivers, so it is quick about those that are known. */
  hear(entry: WatchEntry): void {
    const data = entry.snapshot('data');
    const snapshot = data ?? entry.snapshot('names');
    const last = this.#heard.get(entry);
    const heardAt = this.#host.clock.date().getTime();
    if (snapshot === undefined || (last?.snapshot === snapshot && heardAt - last.heardAt < restateAfterMs)) return;
    if (isEmpty(snapshot)) return;
    const news: News = { snapshot, detail: data === undefined ? 'names' : 'data', heardAt };
    this.#heard.set(entry, news);
    this.#unsaved.set(keyOf(entry.path, news.detail), news);
    this.#schedule();
  }

  /** Saves what is unsaved; gives up when that fails. Never rejects. */
  async flush(): Promise<void> {
    this.#stopTimer();
    let saved = (await this.#saving) ?? true;
    while (saved && this.#unsaved.size > 0) saved = await this.#save();
    this.#stopTimer();
  }

  #schedule(): void {
    if (this.#cancel !== undefined || this.#saving !== undefined || this.#unsaved.size === 0) return;
    const pause = Math.min(pauseMs * 2 ** this.#failures, longestPauseMs);
    this.#cancel = this.#host.clock.backgroundTimer(pause * (0.5 + this.#host.random()), () => {
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
    const news = this.#unsaved;
    this.#unsaved = new Map();
    const { clock } = this.#host;
    const saved = await this.#host.save(contentOf(await inSlices(this.#toNodes(news), () => clock.now())));
    this.#failures = saved ? 0 : this.#failures + 1;
    // What was heard meanwhile is newer.
    if (!saved) this.#unsaved = new Map([...news, ...this.#unsaved]);
    return saved;
  }

  #stopTimer(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }
  *#toNodes(news: ReadonlyMap<string, News>): Generator<undefined, readonly SavedNode[]> {
    const nodes: SavedNode[] = [];
    for (const [key, { snapshot, detail, heardAt }] of news) {
      const { node, leftOut } = saveNode(snapshot, detail, heardAt);
      if (node !== undefined) nodes.push(node);
      this.#warn(key, leftOut);
      yield;
    }
    return nodes;
  }

  #warn(key: string, leftOut: readonly string[]): void {
    const more = leftOut.length > mostNamed ? `; and ${leftOut.length - mostNamed} more` : '';
    const reason = leftOut.slice(0, mostNamed).map(tooDeep).join('; ') + more;
    if (reason === (this.#leftOut.get(key) ?? '')) return;
    this.#leftOut.set(key, reason);
    if (reason !== '') this.#host.logger.warn(`Left out of the cache file: ${reason}`);
  }
}
