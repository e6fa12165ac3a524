import type { NodeSnapshot, SnapshotDetail } from '../node/node-snapshot.js';
import { sameSnapshot } from './snapshot.js';
import type { Subscriber } from './watch-entry.js';

interface Consumer {
  resolve(result: IteratorResult<NodeSnapshot, undefined>): void;
  reject(reason: unknown): void;
}

type StreamEnd = { readonly kind: 'done' } | { readonly kind: 'failed'; readonly reason: unknown };

/**
 * Snapshots for one `for await` loop, never an equal one twice in a row. It buffers one: a consumer that is slower than
 * the changes gets the latest. `receive`, `close` and `fail` are for the producer.
 */
export class SnapshotStream implements AsyncIterableIterator<NodeSnapshot, undefined>, Subscriber {
  readonly detail: SnapshotDetail;
  /** Called with true when a consumer starts to wait, and with false when none waits any more. */
  onWaitingChange: (waits: boolean) => void = () => undefined;
  readonly #onEnd: () => void;
  readonly #consumers: Consumer[] = [];
  #buffered: NodeSnapshot | undefined;
  #last: NodeSnapshot | undefined;
  #end: StreamEnd | undefined;

  /** `onEnd` runs once: when the consumer leaves the loop, or when the producer ends the stream. */
  constructor(detail: SnapshotDetail, onEnd: () => void) {
    this.detail = detail;
    this.#onEnd = onEnd;
  }

  receive(snapshot: NodeSnapshot): void {
    if (this.#end !== undefined) return;
    this.#buffered = snapshot;
    if (this.#consumers.length === 0) return;
    const value = this.#take();
    if (value === undefined) return;
    this.#consumers.shift()?.resolve({ done: false, value });
    if (this.#consumers.length === 0) this.onWaitingChange(false);
  }

  close(): void {
    this.#finish({ kind: 'done' });
  }

  fail(reason: unknown): void {
    this.#buffered = undefined;
    this.#finish({ kind: 'failed', reason });
  }

  next(): Promise<IteratorResult<NodeSnapshot, undefined>> {
    const value = this.#take();
    if (value !== undefined) return Promise.resolve({ done: false, value });
    if (this.#end !== undefined) return this.#resultAfterEnd(this.#end);
    if (this.#consumers.length === 0) this.onWaitingChange(true);
    return new Promise((resolve, reject) => this.#consumers.push({ resolve, reject }));
  }

  return(): Promise<IteratorResult<NodeSnapshot, undefined>> {
    this.#buffered = undefined;
    this.#finish({ kind: 'done' });
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #take(): NodeSnapshot | undefined {
    const next = this.#buffered;
    this.#buffered = undefined;
    if (next === undefined || (this.#last !== undefined && sameSnapshot(this.#last, next))) return undefined;
    this.#last = next;
    return next;
  }

  #finish(end: StreamEnd): void {
    if (this.#end !== undefined) return;
    this.#end = end;
    this.#onEnd();
    this.onWaitingChange(false);
    for (const consumer of this.#consumers.splice(0)) {
      if (end.kind === 'failed') consumer.reject(end.reason);
      else consumer.resolve({ done: true, value: undefined });
    }
  }

  /** A failure is reported once; after that the stream is simply done. */
  #resultAfterEnd(end: StreamEnd): Promise<IteratorResult<NodeSnapshot, undefined>> {
    if (end.kind === 'done') return Promise.resolve({ done: true, value: undefined });
    this.#end = { kind: 'done' };
    return Promise.reject(end.reason);
  }
}
