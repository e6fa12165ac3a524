import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { Socket } from 'node:net';
import type { Writable } from 'node:stream';

// Reads process ids, one a line, until its input ends; then it kills the last one and removes the folder. The kernel
// ends the input when the test process ends, however it ends, SIGKILL included. Signals for the whole terminal (Ctrl-C)
// must not end the guard first.
const SCRIPT = `
trap '' HUP INT TERM
pid=
while read -r line; do pid=$line; done
if [ -n "$pid" ]; then kill -9 "$pid"; fi
rm -rf -- "$1" || { sleep 1; rm -rf -- "$1"; }
`;

/**
 * Ends a server whose test process has died, and removes its folder.
 *
 * A process cannot clean up after its own SIGKILL, so a small shell at the other end of a pipe does.
 */
export class OrphanGuard {
  readonly #shell: ChildProcess;
  readonly #input: Writable;

  private constructor(shell: ChildProcess, input: Writable) {
    this.#shell = shell;
    this.#input = input;
  }

  /** @param folder removed when this process dies, or at `close()` */
  static async open(folder: string): Promise<OrphanGuard> {
    const shell = spawn('/bin/sh', ['-c', SCRIPT, 'orphan-guard', folder], { stdio: ['pipe', 'ignore', 'ignore'] });
    // Nothing can be done about a guard that was killed, and the tests work without it.
    shell.stdin.on('error', () => undefined);
    // The guard alone must not keep the test process running.
    shell.unref();
    if (shell.stdin instanceof Socket) shell.stdin.unref();
    await once(shell, 'spawn');
    return new OrphanGuard(shell, shell.stdin);
  }

  /**
   * Sets the process to kill; `undefined` if there is none any more, because its id may soon belong to another process.
   */
  watch(pid: number | undefined): void {
    this.#input.write(`${pid ?? ''}\n`);
  }

  /** Resolves once the shell has ended and the folder is removed. */
  async close(): Promise<void> {
    const exited = this.#shell.exitCode === null && this.#shell.signalCode === null ? once(this.#shell, 'exit') : null;
    this.#shell.ref();
    this.#input.end();
    await exited;
  }
}
