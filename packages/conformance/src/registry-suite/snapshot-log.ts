import { isDeepStrictEqual } from 'node:util';
import type { NodeChanges, NodeSnapshot } from '@ndsr/core';
import type { Journal } from '../scaffold/index.js';
import { waitFor } from '../scaffold/index.js';
import { FollowedChanges } from './followed-changes.js';

/** Records the calls of one callback, and reports calls that violate the contract of callbacks. */
export class SnapshotLog {
  readonly snapshots: NodeSnapshot[] = [];
  readonly changes: NodeChanges[] = [];
  /** The state as the changes alone describe it. */
  readonly followed = new FollowedChanges();
  readonly #journal: Journal;
  readonly #patienceMs: number;

  constructor(journal: Journal, patienceMs: number) {
    this.#journal = journal;
    this.#patienceMs = patienceMs;
  }

  readonly callback = (snapshot: NodeSnapshot, changes: NodeChanges): void => {
    const { path } = snapshot;
    if (isDeepStrictEqual(snapshot, this.last))
      this.#journal.violation(`a callback of ${path} got an equal value twice`);
    if (!isDeeplyFrozen(snapshot)) this.#journal.violation(`a callback of ${path} got a snapshot that is not frozen`);
    const wrong = this.followed.apply(snapshot, changes);
    if (wrong !== undefined) this.#journal.violation(`a callback of ${path} got changes that ${wrong}`);
    this.snapshots.push(snapshot);
    this.changes.push(changes);
  };

  get last(): NodeSnapshot | undefined {
    return this.snapshots.at(-1);
  }

  get calls(): number {
    return this.snapshots.length;
  }

  /** Waits until the last call fits `predicate`. */
  async until(what: string, predicate: (snapshot: NodeSnapshot) => boolean): Promise<NodeSnapshot> {
    let fitting: NodeSnapshot | undefined;
    const fits = (): boolean => {
      fitting = this.last;
      return fitting !== undefined && predicate(fitting);
    };
    await waitFor(`a callback gets ${what}`, fits, { timeoutMs: this.#patienceMs, state: () => this.#described() });
    if (fitting === undefined) throw new Error('unreachable: a predicate held of nothing');
    return fitting;
  }

  #described(): string {
    if (this.last === undefined) return 'never called';
    const { path, data, children, stat } = this.last;
    return `${this.calls} calls, the last with ${JSON.stringify({ path, data, children, version: stat?.version })}`;
  }
}

/** Returns true if nothing in `value` can be changed. */
export function isDeeplyFrozen(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return Object.isFrozen(value) && Reflect.ownKeys(value).every((key) => isDeeplyFrozen(Reflect.get(value, key)));
}
