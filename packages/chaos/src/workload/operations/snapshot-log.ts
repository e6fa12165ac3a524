import { isDeepStrictEqual } from 'node:util';
import type { NodeSnapshot, SnapshotDetail } from '@ndsr/core';
import type { Oracle } from '../../oracle/oracle.js';

/** The snapshots that one callback or one loop received. */
export class SnapshotLog {
  readonly path: string;
  readonly detail: SnapshotDetail;
  readonly snapshots: NodeSnapshot[] = [];
  readonly #violations: string[] = [];
  #closed = false;

  constructor(path: string, detail: SnapshotDetail) {
    this.path = path;
    this.detail = detail;
  }

  readonly callback = (snapshot: NodeSnapshot): void => {
    if (this.#closed) this.#violations.push(`a callback of ${this.path} was called after it was unwatched`);
    if (isDeepStrictEqual(snapshot, this.snapshots.at(-1))) {
      this.#violations.push(`a callback of ${this.path} got an equal value twice in a row`);
    }
    this.snapshots.push(snapshot);
  };

  /** From now on every call is a violation. */
  close(): void {
    this.#closed = true;
  }

  violations(oracle: Oracle): string[] {
    if (this.#closed) return this.#violations;
    const difference = oracle.differenceFrom(this.path, this.snapshots.at(-1), this.detail);
    return [...this.#violations, ...(difference === undefined ? [] : [`the last call of a callback: ${difference}`])];
  }
}
