import { EventEmitter } from 'node:events';
import { PassThrough, Readable, Writable } from 'node:stream';
import type { EndSignal, Host, Output } from '../../src/index.js';

/** Records everything written. */
class Recorder extends Writable {
  text = '';
  readonly isTTY: boolean;
  readonly columns = 100;
  readonly rows = 10;
  readonly #heard = new EventEmitter();

  constructor(isTTY: boolean) {
    super({ decodeStrings: false });
    this.isTTY = isTTY;
  }

  override _write(chunk: string, _encoding: string, done: (error?: Error) => void): void {
    this.text += chunk;
    this.#heard.emit('text');
    done();
  }

  /** Resolves when `pattern` has been written. */
  async until(pattern: RegExp): Promise<void> {
    while (!pattern.test(this.text)) await new Promise((resolve) => this.#heard.once('text', resolve));
  }
}

export interface FakeHostOptions {
  readonly terminal?: boolean;
  readonly input?: string | Buffer;
  readonly env?: Record<string, string>;
}

/** A fake process that a command runs in, within this one. */
export class FakeHost implements Host {
  readonly env: Record<string, string>;
  readonly stdin: Readable;
  readonly stdout: Recorder & Output;
  readonly stderr: Recorder & Output;
  exited: number | undefined;
  readonly #signals = new EventEmitter();

  constructor({ terminal = false, input, env = {} }: FakeHostOptions = {}) {
    this.env = env;
    this.stdin = input === undefined ? new PassThrough() : Readable.from([Buffer.from(input)]);
    this.stdout = new Recorder(terminal);
    this.stderr = new Recorder(terminal);
  }

  onSignal(listener: (signal: EndSignal) => void): () => void {
    this.#signals.on('signal', listener);
    return () => void this.#signals.off('signal', listener);
  }

  signal(signal: EndSignal): void {
    this.#signals.emit('signal', signal);
  }

  exit(code: number): void {
    this.exited = code;
  }

  get isListening(): boolean {
    return this.#signals.listenerCount('signal') > 0;
  }
}
