import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished } from 'vitest';

const patience = { timeout: 60_000 };

/** A program of an example, started as in production, and its output. It is killed at the end of the test. */
export class Program {
  /** @type {string[]} */
  lines = [];
  #process;
  #exit;

  /**
   * @param {URL} file
   * @param {Record<string, string>} env
   */
  constructor(file, env = {}) {
    this.#process = spawn(process.execPath, [fileURLToPath(file)], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    createInterface({ input: this.#process.stdout }).on('line', (line) => this.lines.push(line));
    this.#exit = new Promise((resolve) => this.#process.once('exit', (code) => resolve(code)));
    onTestFinished(() => this.kill());
  }

  /**
   * Resolves to the first group of `pattern` in the first matching line, now or later.
   *
   * @param {RegExp} pattern
   */
  async says(pattern) {
    const find = () => this.lines.map((line) => pattern.exec(line)?.[1]).find((found) => found !== undefined);
    await expect.poll(find, patience).toBeDefined();
    return find() ?? '';
  }

  /** The URL of a server that prints `listening on PORT`. */
  async base() {
    return `http://127.0.0.1:${await this.says(/^listening on (\d+)$/)}`;
  }

  /** Sends SIGTERM. Resolves to its exit code. */
  end() {
    this.#process.kill('SIGTERM');
    return this.#exit;
  }

  /** Kills it, like a power failure. */
  async kill() {
    this.#process.kill('SIGKILL');
    await this.#exit;
  }
}
