import type { Logger } from '@ndsr/core';
import pc from 'picocolors';
import type { Output } from './host.js';
import { escapeControls } from './safe-text.js';

type Colors = ReturnType<typeof pc.createColors>;

/** The verbosity on stderr. */
export type Loudness = 'quiet' | 'normal' | 'verbose';

/** True when `output` gets colours: a terminal, unless `NO_COLOR` is set to a value. */
export function colorsFor(output: Output, env: Readonly<Record<string, string | undefined>>): Colors {
  const refused = env.NO_COLOR !== undefined && env.NO_COLOR !== '';
  return pc.createColors(output.isTTY === true && !refused && env.TERM !== 'dumb');
}

/** Messages for people, one a line: on stderr, so that stdout has only data. */
export class Talk {
  readonly isTerminal: boolean;
  readonly #stderr: Output;
  readonly #colors: Colors;
  readonly #loudness: Loudness;
  #hasStatus = false;

  constructor(stderr: Output, colors: Colors, loudness: Loudness) {
    this.#stderr = stderr;
    this.#colors = colors;
    this.#loudness = loudness;
    this.isTerminal = stderr.isTTY === true;
  }

  error(text: string): void {
    this.#line(text, this.#colors.red);
  }

  warn(text: string): void {
    if (this.#loudness !== 'quiet') this.#line(text, this.#colors.yellow);
  }

  say(text: string): void {
    if (this.#loudness !== 'quiet') this.#line(text);
  }

  /** Only for a terminal: a script that reads stderr needs no hints. */
  hint(text: string): void {
    if (this.isTerminal) this.say(text);
  }

  detail(text: string): void {
    if (this.#loudness === 'verbose') this.#line(text, this.#colors.dim);
  }

  /** On a terminal a line that the next one overwrites; otherwise a normal line. */
  status(text: string): void {
    if (this.#loudness === 'quiet') return;
    if (!this.isTerminal) this.#line(text);
    else {
      this.#stderr.write(`\r\u001b[K${this.#colors.dim(`ndsr: ${oneLine(text)}`)}`);
      this.#hasStatus = true;
    }
  }

  clearStatus(): void {
    if (!this.#hasStatus) return;
    this.#hasStatus = false;
    this.#stderr.write('\r\u001b[K');
  }

  /** The logger of the registry. */
  get logger(): Logger {
    return {
      debug: (text) => this.detail(text),
      info: (text) => this.detail(text),
      warn: (text) => this.warn(text),
      error: (text) => this.error(text),
    };
  }

  #line(text: string, color = (line: string): string => line): void {
    this.clearStatus();
    this.#stderr.write(`ndsr: ${color(oneLine(text))}\n`);
  }
}

/** May contain names, data and answers of servers. */
function oneLine(text: string): string {
  return escapeControls(text.trim().replace(/\s*\n\s*/g, ' '));
}
