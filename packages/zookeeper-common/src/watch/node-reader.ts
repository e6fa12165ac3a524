import type { ServiceRegistryError } from '@ndsr/core/backend';
import type { NodeView } from './node-view.js';
import type { PendingRead } from './pending-read.js';
import { type ReaderPort, type ReadRound, requestFor } from './read-request.js';

/** The outcome of a read. */
export interface ReadOutcome {
  readonly read: PendingRead;
  /** The reason why there is no answer; undefined if there is one. */
  readonly error: ServiceRegistryError | undefined;
}

/** Reads the stale parts of a view. */
export class NodeReader {
  readonly port: ReaderPort;
  readonly path: string;
  readonly #watch: boolean;
  /** True if some child has children itself. */
  hasGrandchildren = false;

  /** @param watch whether to arm a watch on everything that is read */
  constructor(port: ReaderPort, path: string, watch: boolean) {
    this.port = port;
    this.path = path;
    this.#watch = watch;
  }

  /**
   * Reads everything that is stale, at the same time. Without a connection the read is queued again. A child that cannot be read
   * is shown without data, so that it does not hide the others.
   */
  round(view: NodeView): Promise<readonly ReadOutcome[]> {
    return new Promise((resolve) => {
      const reads = view.takePendingReads();
      const round = new Round(this, view, reads.length, resolve);
      for (const read of reads) this.port.enqueue(requestFor(read, round));
      if (reads.length === 0) round.close();
    });
  }

  /** True to arm a watch on `path`. Evaluated when the read is queued: a recursive watch that is added later is armed later. */
  watches(path: string): boolean {
    return this.#watch && !this.port.isRecursive(path);
  }

  /** True if the creation and deletion of every child is reported. */
  get reportsChildren(): boolean {
    return this.#watch && this.port.isRecursive(this.path);
  }
}

/** The reads of one round. */
class Round implements ReadRound {
  readonly reader: NodeReader;
  readonly view: NodeView;
  readonly #outcomes: ReadOutcome[] = [];
  #left: number;
  readonly #resolve: (outcomes: readonly ReadOutcome[]) => void;

  constructor(reader: NodeReader, view: NodeView, reads: number, resolve: (outcomes: readonly ReadOutcome[]) => void) {
    this.reader = reader;
    this.view = view;
    this.#left = reads;
    this.#resolve = resolve;
  }

  ended(read: PendingRead, error?: ServiceRegistryError): void {
    this.#outcomes.push({ read, error });
    this.#left -= 1;
    if (this.#left === 0) this.close();
  }

  close(): void {
    this.view.compare();
    this.#resolve(this.#outcomes);
  }
}
