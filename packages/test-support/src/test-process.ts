import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A Node program that a test runs in a process of its own, and reads line by line. */
export class TestProcess {
  readonly #child: ChildProcess;
  readonly #lines: string[] = [];
  readonly #waiting: ((line: string) => void)[] = [];
  readonly exited: Promise<number | null>;
  #errors = '';

  /** @param nodeFlags options for Node itself */
  constructor(program: URL, args: readonly string[], nodeFlags: readonly string[] = []) {
    const command = [...nodeFlags, fileURLToPath(program), ...args];
    this.#child = spawn(process.execPath, command, { stdio: ['pipe', 'pipe', 'pipe'] });
    this.exited = new Promise((resolve) => this.#child.once('exit', (code) => resolve(code)));
    this.#child.stderr?.on('data', (chunk) => {
      this.#errors += chunk;
    });
    if (this.#child.stdout !== null) {
      createInterface({ input: this.#child.stdout }).on('line', (line) => this.#receive(line));
    }
  }

  /** All that it has written to stderr. */
  get errors(): string {
    return this.#errors;
  }

  /** The next line of its stdout; rejects if the process ends before. */
  next(): Promise<string> {
    const line = this.#lines.shift();
    if (line !== undefined) return Promise.resolve(line);
    const ended = this.exited.then((code) => {
      throw new Error(`The process ended with ${code}: ${this.#errors}`);
    });
    return Promise.race([new Promise<string>((resolve) => this.#waiting.push(resolve)), ended]);
  }

  /** Writes one line to its stdin. */
  tell(line: string): void {
    this.#child.stdin?.write(`${line}\n`);
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }

  #receive(line: string): void {
    const waiting = this.#waiting.shift();
    if (waiting === undefined) this.#lines.push(line);
    else waiting(line);
  }
}
