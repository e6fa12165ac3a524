import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { findPython } from './find-python.js';

const program = fileURLToPath(new URL('./peer/peer.py', import.meta.url));
export const valuesFile = fileURLToPath(new URL('./values.json', import.meta.url));

/** The events of the peer's watches for one path. */
export type PeerEvent =
  | { readonly event: 'ready'; readonly pid: number; readonly session: string }
  | { readonly event: 'children'; readonly path: string; readonly names: readonly string[] }
  | { readonly event: 'data'; readonly path: string; readonly shown: string; readonly stat: PeerStat | null };

interface PeerStat {
  readonly version: number;
  /** 16 hexadecimal digits; null for a persistent node. */
  readonly owner: string | null;
}

/** A node in the format of the Python package. */
export interface PeerView extends PeerStat {
  /** Base64. */
  readonly bytes: string;
  /** JSON text, as Python writes numbers; or `UnicodeDecodeError`. */
  readonly shown: string;
}

interface Waiting {
  resolve(result: unknown): void;
  reject(error: Error): void;
}

interface Answer {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: string;
}

/** A running `peer/peer.py`: a process on ZooKeeper that behaves like one with `nd_service_registry`. */
export class PythonPeer implements AsyncDisposable {
  readonly events: PeerEvent[] = [];
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, Waiting>();
  readonly #exited: Promise<void>;
  #errors = '';
  #asked = 0;

  private constructor(address: string, sessionTimeoutMs: number) {
    // -B: writes no compiled files beside the sources.
    const args = ['-B', program, address, String(sessionTimeoutMs / 1_000), valuesFile];
    this.#child = spawn(findPython(), args, { stdio: ['pipe', 'pipe', 'pipe'] });
    this.#exited = new Promise((resolve) => this.#child.once('exit', () => resolve()));
    this.#child.stderr?.on('data', (chunk) => {
      this.#errors += chunk;
    });
    if (this.#child.stdout !== null) {
      createInterface({ input: this.#child.stdout }).on('line', (line) => this.#heard(JSON.parse(line)));
    }
    void this.#exited.then(() => this.#abandon());
  }

  /** Resolves once it is connected. */
  static async start(address: string, sessionTimeoutMs = 2_000): Promise<PythonPeer> {
    const peer = new PythonPeer(address, sessionTimeoutMs);
    const ready = new Promise<unknown>((resolve, reject) => peer.#waiting.set(0, { resolve, reject }));
    await ready;
    return peer;
  }

  /** Its first session, in the format of the servers. */
  get session(): string | undefined {
    return this.events.find((event) => event.event === 'ready')?.session;
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Calls a method of `Peer`; rejects with the name and the text of a raised exception. */
  ask<T = null>(command: string, args: object = {}): Promise<T> {
    this.#asked += 1;
    const id = this.#asked;
    const answered = new Promise<T>((resolve, reject) => {
      this.#waiting.set(id, { resolve: resolve as (result: unknown) => void, reject });
    });
    this.#child.stdin?.write(`${JSON.stringify({ id, do: command, ...args })}\n`);
    return answered;
  }

  read(path: string): Promise<PeerView> {
    return this.ask('read', { path });
  }

  /** SIGKILL: its session exists until it times out. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#exited;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
  }

  #heard(message: PeerEvent | Answer): void {
    if ('event' in message) {
      this.events.push(message);
      if (message.event === 'ready') this.#take(0)?.resolve(null);
      return;
    }
    const waiting = this.#take(message.id);
    if (message.error === undefined) waiting?.resolve(message.result);
    else waiting?.reject(new Error(message.error));
  }

  #take(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    return waiting;
  }

  /** Rejects all pending calls. */
  #abandon(): void {
    for (const { reject } of this.#waiting.values()) reject(new Error(`The Python peer ended: ${this.#errors}`));
    this.#waiting.clear();
  }
}
