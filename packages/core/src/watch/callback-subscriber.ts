import { isThenable } from '../events/when-rejected.js';
import type { SnapshotCallback } from '../node/node-changes.js';
import type { SnapshotDetail } from '../node/node-snapshot.js';
import { changesBetween } from './changes-between.js';
import { type DecodedNode, sameNode } from './decoded-node.js';

/**
 * Runs one callback: never twice for an equal value, and never while it is still running. Changes during a run are merged:
 * the callback then runs with the latest value.
 */
export class CallbackSubscriber {
  readonly callback: SnapshotCallback;
  readonly detail: SnapshotDetail;
  readonly #onError: (thrown: unknown) => void;
  #next: DecodedNode | undefined;
  #last: DecodedNode | undefined;
  #running = false;
  #closed = false;

  /** `onError` receives the value that the callback throws or rejects with. */
  constructor(callback: SnapshotCallback, detail: SnapshotDetail, onError: (thrown: unknown) => void) {
    this.callback = callback;
    this.detail = detail;
    this.#onError = onError;
  }

  receive(node: DecodedNode): void {
    this.#next = node;
    if (!this.#running) this.#pump();
  }

  /** The callback does not start again; a run in progress finishes. */
  close(): void {
    this.#closed = true;
  }

  #pump(): void {
    for (let next = this.#take(); next !== undefined; next = this.#take()) {
      const last = this.#last;
      this.#last = next;
      this.#running = true;
      const result = this.#call(last, next);
      if (result !== undefined) {
        void result.then(() => this.#resume());
        return;
      }
      this.#running = false;
    }
  }

  #resume(): void {
    this.#running = false;
    this.#pump();
  }

  #take(): DecodedNode | undefined {
    const next = this.#next;
    this.#next = undefined;
    if (this.#closed || next === undefined) return undefined;
    return this.#last !== undefined && sameNode(this.#last, next) ? undefined : next;
  }

  /** Undefined when it is done; otherwise a promise that never rejects. */
  #call(last: DecodedNode | undefined, next: DecodedNode): Promise<void> | undefined {
    try {
      const result = this.callback(next.snapshot, changesBetween(last, next));
      if (!isThenable(result)) return undefined;
      return Promise.resolve(result).then(
        () => undefined,
        (thrown) => this.#onError(thrown),
      );
    } catch (thrown) {
      this.#onError(thrown);
      return undefined;
    }
  }
}
