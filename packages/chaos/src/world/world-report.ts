import type { BackendName } from '../sites/site.js';
import type { Timeline } from './timeline.js';

/** What must be so of the process and the servers when all is over, in each world. */
export const duties = {
  strays: 'nothing is rejected, thrown or warned of behind the callers’ backs',
  crowd: 'every one of many watched paths is live, and was called back for what changed alone',
  rest: 'nothing is written or called back once all is well again',
  servers: 'stop() leaves no node and no connection at the servers',
  handles: 'stop() leaves no socket and no timer in the process',
  memory: 'stop() leaves nothing in memory',
} as const;

export interface WorldName {
  readonly fault: string;
  readonly backend: BackendName;
  readonly seed: number;
}

/** What became of one fault on one backend, by cell: an operation, or a duty. */
export class WorldReport {
  readonly #heading: string;
  readonly #timeline: Timeline;
  readonly #complaints = new Map<string, string[]>();

  constructor({ fault, backend, seed }: WorldName, timeline: Timeline) {
    this.#heading = `${fault} on ${backend}, NDSR_SEED=${seed}`;
    this.#timeline = timeline;
  }

  /** The cell was looked at, and this was found wrong. May be called again for the same cell. */
  found(cell: string, complaints: readonly string[]): void {
    this.#complaints.set(cell, [...(this.#complaints.get(cell) ?? []), ...complaints]);
  }

  /** @throws {Error} when anything was wrong in this cell, with all that it takes to understand and repeat it */
  verdict(cell: string): void {
    const complaints = this.#complaints.get(cell);
    if (complaints === undefined) throw new Error(`${this.#heading}: '${cell}' was not looked at`);
    if (complaints.length > 0) throw this.failure(cell, complaints.slice(0, 12).join('\n'));
  }

  /** All that happened. */
  toString(): string {
    return `${this.#heading}\n${this.#timeline}`;
  }

  /** @param cell what the log is narrowed down to, besides what concerns all */
  failure(cell: string, why: string, cause?: unknown): Error {
    return new Error(`${this.#heading}\n${why}\n\n${this.#timeline.of(cell)}`, { cause });
  }
}
