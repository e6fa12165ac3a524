import type { BackendName } from '../../environment/environment.js';
import type { Timeline } from '../../timeline.mjs';

/** Invariants of the process and the servers at the end of each experiment. */
export const invariants = {
  uncaughtErrors: 'no rejection, exception or warning is unhandled',
  load: 'each of many watched paths is live, and only the changed ones had another callback',
  quiescence: 'no write and no callback happens after the recovery',
  servers: 'stop() leaves no node and no connection on the servers',
  handles: 'stop() leaves no socket and no timer in the process',
  memory: 'stop() leaves nothing in memory',
} as const;

export interface ExperimentName {
  readonly fault: string;
  readonly backend: BackendName;
  readonly seed: number;
}

/** Results of one fault on one backend by cell: an operation or an invariant. */
export class ExperimentReport {
  readonly #heading: string;
  readonly #timeline: Timeline;
  readonly #violations = new Map<string, string[]>();

  constructor({ fault, backend, seed }: ExperimentName, timeline: Timeline) {
    this.#heading = `${fault} on ${backend}, NDSR_SEED=${seed}`;
    this.#timeline = timeline;
  }

  /** Records that the cell was checked, with its violations. May be called again for the same cell. */
  record(cell: string, violations: readonly string[]): void {
    this.#violations.set(cell, [...(this.#violations.get(cell) ?? []), ...violations]);
  }

  /** @throws {Error} when the cell has violations, with the seed and the timeline needed to reproduce it */
  assertHolds(cell: string): void {
    const violations = this.#violations.get(cell);
    if (violations === undefined) throw new Error(`${this.#heading}: '${cell}' was not checked`);
    if (violations.length > 0) throw this.failure(cell, violations.slice(0, 12).join('\n'));
  }

  /** The complete timeline. */
  toString(): string {
    return `${this.#heading}\n${this.#timeline}`;
  }

  /** @param cell limits the timeline to this cell and the lines of all cells */
  failure(cell: string, why: string, cause?: unknown): Error {
    return new Error(`${this.#heading}\n${why}\n\n${this.#timeline.of(cell)}`, { cause });
  }
}
