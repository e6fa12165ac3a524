import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('./processes/register.mjs', import.meta.url));

/** Runs `processes/register.mjs` on the built packages, like a user's program: one registration, which can be killed by SIGKILL. */
export class RegisterProcess implements Disposable {
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;

  constructor(url: string, path: string, data: object) {
    const args = [program, url, path, JSON.stringify(data)];
    this.#child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    if (this.#child.stdout === null) throw new Error('The process has no stdout');
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Resolves once the registration exists. */
  async registered(): Promise<void> {
    const { done } = await this.#lines.next();
    if (done) throw new Error('The process ended before it had registered');
  }

  async change(data: object): Promise<void> {
    this.#child.stdin?.write(`${JSON.stringify(data)}\n`);
    await this.registered();
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }

  [Symbol.dispose](): void {
    this.kill();
  }
}
