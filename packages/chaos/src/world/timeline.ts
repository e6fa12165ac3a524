import type { Logger } from '@ndsr/core';

interface Line {
  readonly text: string;
  /** Whose line it is; undefined: everybody's. */
  readonly of: string | undefined;
}

/** What was started, injected and settled when: so that a failure can be understood from the log. */
export class Timeline {
  readonly #startedAt = performance.now();
  readonly #lines: Line[] = [];

  note(what: string, of?: string): void {
    const at = Math.round(performance.now() - this.#startedAt);
    this.#lines.push({ text: `${String(at).padStart(6)} ms  ${what}`, of });
  }

  /** What a registry says, as lines of `one`. */
  logger(name: string, one: string): Logger {
    const note = (line: string): void => this.note(`${name}: ${line}`, one);
    return { debug: () => undefined, info: note, warn: note, error: note };
  }

  /** Everybody's lines, and those of `one`. */
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
