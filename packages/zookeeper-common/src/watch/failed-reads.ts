import { type ErrorCode, NoConnectionError, type ServiceRegistryError } from '@ndsr/core/backend';
import type { ReadOutcome } from './node-reader.js';
import type { PendingRead } from './pending-read.js';

interface FailedRead {
  readonly read: PendingRead;
  readonly code: ErrorCode;
}

/** Reads that get no answer although there is a connection (not permitted, for example). They are retried, and reported once. */
export class FailedReads {
  /** Undefined while there is none, which saves memory: there are many of these objects. */
  #byKey: Map<string, FailedRead> | undefined;

  get isEmpty(): boolean {
    return this.#byKey === undefined || this.#byKey.size === 0;
  }

  /** True if the node itself or its list cannot be read, not just children. */
  get hidesNode(): boolean {
    return this.reads.some(({ what }) => what !== 'child');
  }

  get reads(): readonly PendingRead[] {
    return [...(this.#byKey?.values() ?? [])].map(({ read }) => read);
  }

  /** Records the outcomes of some reads. Returns the first error that is new. */
  record(outcomes: readonly ReadOutcome[]): ServiceRegistryError | undefined {
    let newError: ServiceRegistryError | undefined;
    for (const { read, error } of outcomes) {
      // A connection loss says nothing about the read.
      if (error instanceof NoConnectionError) continue;
      const key = read.what === 'child' ? `child ${read.name}` : read.what;
      if (error === undefined) this.#byKey?.delete(key);
      else {
        this.#byKey ??= new Map();
        if (this.#byKey.get(key)?.code !== error.code) newError ??= error;
        this.#byKey.set(key, { read, code: error.code });
      }
    }
    return newError;
  }

  /** Drops the reads that do not pass. */
  keep(passes: (read: PendingRead) => boolean): void {
    for (const [key, { read }] of this.#byKey ?? []) if (!passes(read)) this.#byKey?.delete(key);
  }
}
