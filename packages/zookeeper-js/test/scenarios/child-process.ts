import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A program of `processes/`, running; heard line by line. It runs what was built, as a user's would. */
export class TestProcess {
  readonly #child: ChildProcess;
  readonly #lines: string[] = [];
  readonly #waiting: ((line: string) => void)[] = [];
  readonly exited: Promise<number | null>;
  #errors = '';

  /**
   * @param program its name, or where it is elsewhere
   * @param nodeFlags what Node itself is told
   */
  constructor(program: string | URL, args: readonly string[], nodeFlags: readonly string[] = []) {
    const file = fileURLToPath(
      typeof program === 'string' ? new URL(`./processes/${program}.mjs`, import.meta.url) : program,
    );
    this.#child = spawn(process.execPath, [...nodeFlags, file, ...args], { stdio: ['pipe', 'pipe', 'pipe'] });
    this.exited = new Promise((resolve) => this.#child.once('exit', (code) => resolve(code)));
    this.#child.stderr?.on('data', (chunk) => {
      this.#errors += chunk;
    });
    if (this.#child.stdout !== null) {
      createInterface({ input: this.#child.stdout }).on('line', (line) => this.#heard(line));
    }
  }

  /** What it has written to stderr. */
  get errors(): string {
    return this.#errors;
  }

  /** The next line that it says; rejects when it ends before. */
  next(): Promise<string> {
    const line = this.#lines.shift();
    if (line !== undefined) return Promise.resolve(line);
    const ended = this.exited.then((code) => {
      throw new Error(`The process ended with ${code}: ${this.#errors}`);
    });
    return Promise.race([new Promise<string>((resolve) => this.#waiting.push(resolve)), ended]);
  }

  tell(line: string): void {
    this.#child.stdin?.write(`${line}\n`);
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }

  #heard(line: string): void {
    const waiting = this.#waiting.shift();
    if (waiting === undefined) this.#lines.push(line);
    else waiting(line);
  }
}
