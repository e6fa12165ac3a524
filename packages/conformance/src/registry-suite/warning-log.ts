import type { Logger } from '@ndsr/core';

/** A logger that keeps the lines from WARN up. */
export class WarningLog {
  readonly lines: string[] = [];
  readonly logger: Logger = {
    debug: () => undefined,
    info: () => undefined,
    warn: (...line: unknown[]) => void this.lines.push(line.join(' ')),
    error: (...line: unknown[]) => void this.lines.push(line.join(' ')),
  };

  /** The lines that name `path`. */
  about(path: string): string[] {
    return this.lines.filter((line) => line.includes(path));
  }
}
