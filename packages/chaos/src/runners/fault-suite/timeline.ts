import type { Logger } from '@ndsr/core';

interface Line {
  readonly text: string;
  /** The cell that the line belongs to; undefined: all cells. */
  readonly of: string | undefined;
}

/** Timestamps of everything that was started, injected and settled, to explain a failure. */
export class Timeline {
  readonly #startedAt = performance.now();
  readonly #lines: Line[] = [];

  note(what: string, of?: string): void {
    const at = Math.round(performance.now() - this.#startedAt);
    this.#lines.push({ text: `${String(at).padStart(6)} ms  ${what}`, of });
  }

  /** A logger for a registry that adds its messages as lines of `one`. */
  logger(name: string, one: string): Logger {
    const note = (line: string): void => this.note(`${name}: ${line}`, one);
    return { debug: () => undefined, info: note, warn: note, error: note };
  }

  /** The lines of all cells and those of `one`. */
  of(one: string): string {
    return joined(this.#lines.filter(({ of }) => of === undefined || of === one));
  }

  toString(): string {
    return joined(this.#lines);
  }
}

function joined(lines: readonly Line[]): string {
  return lines.map(({ text }) => text).join('\n');
}
