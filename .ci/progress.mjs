import { stripVTControlCharacters } from 'node:util';

/** Where progress is shown: standard output, or a stand-in. @typedef {{ write(text: string): unknown, isTTY?: boolean, columns?: number | undefined }} Screen */

/** The line of a running step: its title, its duration, and the last line printed by its program. */
export class Progress {
  #title;
  #screen;
  #timer;
  #startedAt = Date.now();
  #lastLine = '';
  #unfinished = '';
  #hasOwnLines = false;

  /**
   * @param {string} title
   * @param {Screen} [screen]
   */
  constructor(title, screen = process.stdout) {
    this.#title = title;
    this.#screen = screen;
    screen.write(`${title} … `);
    // A log keeps every line, a terminal only the last one.
    this.#timer = setInterval(() => this.#show(), screen.isTTY ? 500 : 5_000);
    this.#timer.unref();
  }

  /** @param {string} text a part of the program's output */
  receive(text) {
    const lines = (this.#unfinished + text).split('\n');
    this.#unfinished = lines.pop() ?? '';
    this.#lastLine = lines.findLast((line) => line.trim() !== '') ?? this.#lastLine;
  }

  /** @param {boolean} isSuccess */
  end(isSuccess) {
    clearInterval(this.#timer);
    const outcome = isSuccess ? `${(this.#elapsedMs / 1_000).toFixed(1)} s` : 'failed';
    this.#screen.write(`${this.#start}${outcome}\n`);
  }

  #show() {
    const seconds = Math.floor(this.#elapsedMs / 1_000);
    const line = stripVTControlCharacters(this.#lastLine).trim();
    const text = `${seconds} s${line === '' ? '' : `: ${line}`}`;
    const { isTTY, columns = 80 } = this.#screen;
    if (isTTY) {
      this.#screen.write(`\r\u001b[K${`${this.#title} … ${text}`.slice(0, columns - 1)}`);
    } else {
      this.#screen.write(`\n  ${text}`);
    }
    this.#hasOwnLines = true;
  }

  get #elapsedMs() {
    return Date.now() - this.#startedAt;
  }

  /** The prefix of the outcome: empty when the title is still at the end of the last line. */
  get #start() {
    if (!this.#hasOwnLines) return '';
    return this.#screen.isTTY ? `\r\u001b[K${this.#title} … ` : '\n  ';
  }
}
