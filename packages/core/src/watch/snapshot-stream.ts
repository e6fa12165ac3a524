import type { SnapshotDetail } from '../node/node-snapshot.js';
import { type DecodedNode, sameNode } from './decoded-node.js';
import type { Subscriber } from './watch-entry.js';

interface Consumer<Value> {
  resolve(result: IteratorResult<Value, undefined>): void;
  reject(reason: unknown): void;
}

/** Iterates over the values of `watch`. Leaving the loop ends the iteration. */
export type SnapshotIterator<Value> = AsyncIterableIterator<Value, undefined>;

type StreamEnd = { readonly kind: 'done' } | { readonly kind: 'failed'; readonly reason: unknown };

/**
 * Values for one `for await` loop, one for each snapshot, but never for an equal one twice in a row. It buffers one: a
 * consumer that is slower than the changes gets the latest. `receive`, `close` and `fail` are for the producer.
 */
export class SnapshotStream<Value> implements SnapshotIterator<Value>, Subscriber {
  readonly detail: SnapshotDetail;
  /** Called with true when a consumer starts to wait, and with false when none waits any more. */
  onWaitingChange: (waits: boolean) => void = () => undefined;
  readonly #select: (last: DecodedNode | undefined, next: DecodedNode) => Value;
  readonly #onEnd: () => void;
  readonly #consumers: Consumer<Value>[] = [];
  #buffered: DecodedNode | undefined;
  #last: DecodedNode | undefined;
  #end: StreamEnd | undefined;

  /**
   * @param select returns the value for a consumer that received `last` before
   * @param onEnd runs once: when the consumer leaves the loop, or when the producer ends the stream
   */
  constructor(
    detail: SnapshotDetail,
    select: (last: DecodedNode | undefined, next: DecodedNode) => Value,
    onEnd: () => void,
  ) {
    this.detail = detail;
    this.#select = select;
    this.#onEnd = onEnd;
  }

  receive(node: DecodedNode): void {
    if (this.#end !== undefined) return;
    this.#buffered = node;
    if (this.#consumers.length === 0) return;
    const result = this.#take();
    if (result === undefined) return;
    this.#consumers.shift()?.resolve(result);
    if (this.#consumers.length === 0) this.onWaitingChange(false);
  }

  close(): void {
    this.#finish({ kind: 'done' });
  }

  fail(reason: unknown): void {
    this.#buffered = undefined;
    this.#finish({ kind: 'failed', reason });
  }

  next(): Promise<IteratorResult<Value, undefined>> {
    const result = this.#take();
    if (result !== undefined) return Promise.resolve(result);
    if (this.#end !== undefined) return this.#resultAfterEnd(this.#end);
    if (this.#consumers.length === 0) this.onWaitingChange(true);
    return new Promise((resolve, reject) => this.#consumers.push({ resolve, reject }));
  }

  return(): Promise<IteratorResult<Value, undefined>> {
    this.#buffered = undefined;
    this.#finish({ kind: 'done' });
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #take(): IteratorYieldResult<Value> | undefined {
    const [last, next] = [this.#last, this.#buffered];
    this.#buffered = undefined;
    if (next === undefined || (last !== undefined && sameNode(last, next))) return undefined;
    this.#last = next;
    return { done: false, value: this.#select(last, next) };
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
  #resultAfterEnd(end: StreamEnd): Promise<IteratorResult<Value, undefined>> {
    if (end.kind === 'done') return Promise.resolve({ done: true, value: undefined });
    this.#end = { kind: 'done' };
    return Promise.reject(end.reason);
  }
}
