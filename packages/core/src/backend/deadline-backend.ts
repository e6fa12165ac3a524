import type { NodeStat } from '../node/node-stat.js';
import type { Clock } from '../time/clock.js';
import { ForwardingBackend } from './forwarding-backend.js';
import { OperationDeadlines } from './operation-deadlines.js';
import type { RawNode } from './raw-node.js';
import type { CreateAndRemove, CreateOptions, ReadOptions, RegistryBackend } from './registry-backend.js';

export interface DeadlineOptions {
  readonly clock: Clock;
  /** The longest time for an operation, ms. */
  readonly deadlineMs: number;
}

/**
 * Bounds every operation of a client library that may forget one: each settles, at the latest with `TimeoutError` after
 * the deadline.
 */
export class DeadlineBackend extends ForwardingBackend {
  readonly #deadlines: OperationDeadlines;

  constructor(inner: RegistryBackend, options: DeadlineOptions) {
    super(inner);
    const { clock, deadlineMs } = options;
    this.#deadlines = new OperationDeadlines(clock, deadlineMs);
  }

  override close(): Promise<void> {
    return this.#deadlines.limitClose(super.close());
  }

  override read(path: string, options: ReadOptions): Promise<RawNode> {
    return this.#deadlines.limit('read', path, super.read(path, options));
  }

  override create(path: string, options: CreateOptions): Promise<NodeStat | null> {
    return this.#deadlines.limit('create', path, super.create(path, options));
  }

  override get createAndRemove(): CreateAndRemove | undefined {
    const run = super.createAndRemove;
    return run && ((path, options) => this.#deadlines.limit('create', path, run(path, options)));
  }

  override createSequential(path: string, data: Uint8Array): Promise<string> {
    return this.#deadlines.limit('create', path, super.createSequential(path, data));
  }

  override write(path: string, data: Uint8Array, version: number): Promise<void> {
    return this.#deadlines.limit('write', path, super.write(path, data, version));
  }

  override remove(path: string, version: number): Promise<void> {
    return this.#deadlines.limit('remove', path, super.remove(path, version));
  }
}
