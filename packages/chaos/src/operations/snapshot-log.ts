import { isDeepStrictEqual } from 'node:util';
import type { NodeSnapshot, SnapshotDetail } from '@ndsr/core';
import type { Truth } from '../truth/truth.js';

/** What one callback, or one loop, was given. */
export class SnapshotLog {
  readonly path: string;
  readonly detail: SnapshotDetail;
  readonly snapshots: NodeSnapshot[] = [];
  readonly #broken: string[] = [];
  #closed = false;

  constructor(path: string, detail: SnapshotDetail) {
    this.path = path;
    this.detail = detail;
  }

  readonly callback = (snapshot: NodeSnapshot): void => {
    if (this.#closed) this.#broken.push(`a callback of ${this.path} was called though it had been let go of`);
    if (isDeepStrictEqual(snapshot, this.snapshots.at(-1))) {
      this.#broken.push(`a callback of ${this.path} got an equal value twice in a row`);
    }
    this.snapshots.push(snapshot);
  };

  /** From now on nothing may come. */
  close(): void {
    this.#closed = true;
  }

  complaints(truth: Truth): string[] {
    if (this.#closed) return this.#broken;
    const difference = truth.differenceFrom(this.path, this.snapshots.at(-1), this.detail);
    return [...this.#broken, ...(difference === undefined ? [] : [`the last call of a callback: ${difference}`])];
  }
}
