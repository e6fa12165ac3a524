import { readFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';

/** A process that runs under a lock, as it reported itself. */
interface Worker {
  readonly pid: number;
  readonly token: string;
}

/**
 * Monitors the processes that run under a lock: each connects and reports its process id and its fencing token. When one connects while
 * a process with another token is alive, two commands ran at the same time.
 */
export class Witness {
  readonly overlaps: string[] = [];
  readonly tokens: string[] = [];
  readonly #workers = new Map<Socket, Worker>();
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.on('close', () => this.#workers.delete(socket));
      socket.setEncoding('utf8').once('data', (text: string) => this.#enter(socket, JSON.parse(text)));
    });
  }

  static async open(): Promise<Witness> {
    const witness = new Witness();
    await new Promise<void>((resolve) => witness.#server.listen(0, '127.0.0.1', resolve));
    return witness;
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  /** The processes that are alive now. */
  get workers(): readonly Worker[] {
    return [...this.#workers.values()].filter(({ pid }) => isAlive(pid));
  }

  close(): void {
    for (const socket of this.#workers.keys()) socket.destroy();
    this.#server.close();
  }

  #enter(socket: Socket, worker: Worker): void {
    if (this.tokens.at(-1) !== worker.token && isAlive(worker.pid)) this.tokens.push(worker.token);
    for (const other of this.workers) {
      if (other.token === worker.token || !isAlive(worker.pid)) continue;
      this.overlaps.push(
        `${worker.pid} (token ${worker.token}) came while ${other.pid} (token ${other.token}) was alive`,
      );
    }
    this.#workers.set(socket, worker);
  }
}

/** A zombie does not run. */
export function isAlive(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) [ZX]/s.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return false;
  }
}
