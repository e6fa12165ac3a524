import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { waitUntil } from '../port/wait-until.js';
import { isStopped } from './is-stopped.js';

const FREEZE_TIMEOUT_MS = 10_000;

/** One run of a server program, from its start to its end. */
export class ServerProcess {
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  /**
   * Starts `command`; its output is appended to `logFile`.
   *
   * @param onPid called with the process id at once, and with `undefined` as soon as the process has ended
   * @throws {Error} the program cannot be run
   */
  static async spawn(
    command: string,
    args: readonly string[],
    logFile: string,
    onPid: (pid: number | undefined) => void,
  ): Promise<ServerProcess> {
    // A file, not a pipe: a server that briefly outlives its reader must not die of, or wait for, an unread log.
    const log = await open(logFile, 'a');
    try {
      const child = spawn(command, args, { stdio: ['ignore', log.fd, log.fd] });
      onPid(child.pid);
      child.once('exit', () => onPid(undefined));
      await once(child, 'spawn');
      return new ServerProcess(child);
    } finally {
      await log.close();
    }
  }

  /** `undefined` once it has ended. */
  get pid(): number | undefined {
    return this.#ended ? undefined : this.#child.pid;
  }

  /** How it ended, for messages: `code 1` or `SIGKILL`. */
  get ending(): string {
    return this.#child.signalCode ?? `code ${this.#child.exitCode}`;
  }

  /**
   * Stops it with SIGSTOP, and resolves once none of its threads runs any more.
   *
   * @throws {Error} it has ended
   */
  async freeze(): Promise<void> {
    this.#signal('SIGSTOP');
    await waitUntil('frozen', FREEZE_TIMEOUT_MS, async () => this.pid === undefined || isStopped(this.pid));
  }

  /** @throws {Error} it has ended */
  thaw(): void {
    this.#signal('SIGCONT');
  }

  /** Ends it with SIGKILL, which also works on a frozen process, and resolves once it has ended. */
  async kill(): Promise<void> {
    if (this.#ended) return;
    const exited = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await exited;
  }

  #signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    if (!this.#child.kill(signal)) throw new Error(`cannot send ${signal}: the process has ended (${this.ending})`);
  }

  get #ended(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }
}
