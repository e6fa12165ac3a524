import type { NodeSnapshot, SnapshotDetail } from '../node/node-snapshot.js';
import { sameSnapshot } from './snapshot.js';
import type { Subscriber } from './watch-entry.js';

interface Consumer {
  resolve(result: IteratorResult<NodeSnapshot, undefined>): void;
  reject(reason: unknown): void;
}

type Ending = { readonly kind: 'done' } | { readonly kind: 'failed'; readonly reason: unknown };

/**
 * Snapshots for one `for await` loop, never an equal one twice in a row. It holds one: a consumer that is slower than
 * the changes gets the latest. `offer`, `close` and `fail` are for the producer.
 */
export class SnapshotStream implements AsyncIterableIterator<NodeSnapshot, undefined>, Subscriber {
  readonly detail: SnapshotDetail;
  /** Told when a consumer begins to wait, and when none does any more. */
  onWait: (waits: boolean) => void = () => undefined;
  readonly #onEnd: () => void;
  readonly #consumers: Consumer[] = [];
  #held: NodeSnapshot | undefined;
  #last: NodeSnapshot | undefined;
  #ending: Ending | undefined;

  /** `onEnd` runs once: when the consumer leaves, or when the producer ends it. */
  constructor(detail: SnapshotDetail, onEnd: () => void) {
    this.detail = detail;
    this.#onEnd = onEnd;
  }

  offer(snapshot: NodeSnapshot): void {
    if (this.#ending !== undefined) return;
    this.#held = snapshot;
    if (this.#consumers.length === 0) return;
    const value = this.#take();
    if (value === undefined) return;
    this.#consumers.shift()?.resolve({ done: false, value });
    if (this.#consumers.length === 0) this.onWait(false);
  }

  close(): void {
    this.#finish({ kind: 'done' });
  }

  fail(reason: unknown): void {
    this.#held = undefined;
    this.#finish({ kind: 'failed', reason });
  }

  next(): Promise<IteratorResult<NodeSnapshot, undefined>> {
    const value = this.#take();
    if (value !== undefined) return Promise.resolve({ done: false, value });
    if (this.#ending !== undefined) return this.#atEnd(this.#ending);
    if (this.#consumers.length === 0) this.onWait(true);
    return new Promise((resolve, reject) => this.#consumers.push({ resolve, reject }));
  }

  return(): Promise<IteratorResult<NodeSnapshot, undefined>> {
    this.#held = undefined;
    this.#finish({ kind: 'done' });
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #take(): NodeSnapshot | undefined {
    const next = this.#held;
    this.#held = undefined;
    if (next === undefined || (this.#last !== undefined && sameSnapshot(this.#last, next))) return undefined;
    this.#last = next;
    return next;
  }

  #finish(ending: Ending): void {
    if (this.#ending !== undefined) return;
    this.#ending = ending;
    this.#onEnd();
    this.onWait(false);
    for (const consumer of this.#consumers.splice(0)) {
      if (ending.kind === 'failed') consumer.reject(ending.reason);
      else consumer.resolve({ done: true, value: undefined });
    }
  }

  /** The failure is told once; after it the stream is simply at its end. */
  #atEnd(ending: Ending): Promise<IteratorResult<NodeSnapshot, undefined>> {
    if (ending.kind === 'done') return Promise.resolve({ done: true, value: undefined });
    this.#ending = { kind: 'done' };
    return Promise.reject(ending.reason);
  }
}
