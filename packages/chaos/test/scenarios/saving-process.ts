import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A process on the built packages that saves one path after the other to a cache file until it is killed. */
export class SavingProcess {
  /** The paths that it has saved to the file. */
  readonly saved: string[] = [];
  /** The rest of its output. */
  readonly complaints: string[] = [];
  readonly ended: Promise<void>;
  readonly #child: ChildProcess;

  constructor(cacheFile: string, name: string) {
    const program = fileURLToPath(new URL('./processes/save-forever.mjs', import.meta.url));
    this.#child = spawn(process.execPath, [program, cacheFile, name], { stdio: ['pipe', 'pipe', 'pipe'] });
    const heard = [this.#hear(this.#child.stdout), this.#hear(this.#child.stderr)];
    this.ended = Promise.all(heard).then(() => undefined);
  }

  kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    return this.ended;
  }

  #hear(stream: ChildProcess['stdout']): Promise<void> {
    if (stream === null) return Promise.resolve();
    const lines = createInterface({ input: stream });
    lines.on('line', (line) => {
      if (line.startsWith('saved ')) this.saved.push(line.slice('saved '.length));
      else this.complaints.push(line);
    });
    return new Promise((resolve) => lines.once('close', resolve));
  }
}
