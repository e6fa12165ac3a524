/** Timestamps of everything that happened in a round, printed when the round fails. */
export class Timeline {
  /** @type {string[]} */
  #lines = [];
  #startedAt = performance.now();
  #echo;

  /** @param {(line: string) => void} [echo] hears of every line at once */
  constructor(echo = () => undefined) {
    this.#echo = echo;
  }

  begin() {
    this.#lines = [];
    this.#startedAt = performance.now();
  }

  /** @param {string} text */
  add(text) {
    const seconds = ((performance.now() - this.#startedAt) / 1000).toFixed(3).padStart(8);
    const line = `${seconds} s  ${text}`;
    this.#lines.push(line);
    this.#echo(line);
  }

  get lines() {
    return this.#lines;
  }
}
