import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { findPython } from '../python/find-python.js';
import type { Interval } from './intervals.js';

const program = fileURLToPath(new URL('contender.py', import.meta.url));

export interface ContenderOptions {
  readonly hosts: string;
  readonly path: string;
  /** Of a lock; or `election`. */
  readonly simultaneous: number | 'election';
  readonly rounds: number;
  readonly threads: number;
  /** How long a lock is held each time, at most, ms. */
  readonly mostMs?: number;
}

/** A Python process that competes for a lock with kazoo's Semaphore, or in an election with its Election. */
export class PythonContender {
  readonly #process: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  readonly #exit: Promise<number | null>;

  private constructor({ hosts, path, simultaneous, rounds, threads, mostMs = 2 }: ContenderOptions) {
    const args = [program, hosts, path, String(simultaneous), String(rounds), String(threads), String(mostMs)];
    const child = spawn(findPython(), args, { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#process = child;
    this.#lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    this.#exit = new Promise((resolve) => child.once('exit', (code) => resolve(code)));
  }

  /** Resolves once it is connected. */
  static async start(options: ContenderOptions): Promise<PythonContender> {
    const contender = new PythonContender(options);
    const { value } = await contender.#lines.next();
    if (value !== 'ready') throw new Error(`the Python process did not start: ${String(value)}`);
    return contender;
  }

  /** Starts the competition, and resolves to the intervals in which it held the lock. */
  async contend(): Promise<Interval[]> {
    this.#process.stdin?.write('go\n');
    const intervals: Interval[] = [];
    for (let line = await this.#lines.next(); line.done !== true; line = await this.#lines.next()) {
      intervals.push(JSON.parse(line.value));
    }
    const code = await this.#exit;
    if (code !== 0) throw new Error(`the Python process ended with ${String(code)}`);
    return intervals;
  }

  kill(): void {
    this.#process.kill('SIGKILL');
  }
}
