import { TimeoutError } from '../errors/connection-errors.js';
import type { Clock } from '../time/clock.js';
import { Deadlines } from '../time/deadlines.js';
import { ForwardingBackend } from './forwarding-backend.js';
import type { RawNode } from './raw-node.js';
import type { CreateOptions, ReadOptions, RegistryBackend } from './registry-backend.js';

export interface DeadlineOptions {
  readonly clock: Clock;
  /** How long an operation may take, ms. */
  readonly deadlineMs: number;
}

interface Call {
  readonly what: string;
  readonly path: string;
  reject(error: TimeoutError): void;
}

/** Ends what a client library forgets: every operation settles, at the latest with `TimeoutError` after the deadline. */
export class DeadlineBackend extends ForwardingBackend {
  readonly #deadlines: Deadlines<Call>;

  constructor(inner: RegistryBackend, options: DeadlineOptions) {
    super(inner);
    const { clock, deadlineMs } = options;
    this.#deadlines = new Deadlines(clock, deadlineMs, ({ what, path, reject }) =>
      reject(new TimeoutError(`No answer to ${what} ${path} within ${deadlineMs} ms`, { path })),
    );
  }

  override close(): Promise<void> {
    // A close that hangs is given up, not failed: the session then ends by its own timeout.
    return this.#limit('close', '/', super.close()).catch((error) => {
      if (!(error instanceof TimeoutError)) throw error;
    });
  }

  override read(path: string, options: ReadOptions): Promise<RawNode> {
    return this.#limit('read', path, super.read(path, options));
  }

  override create(path: string, options: CreateOptions): Promise<void> {
    return this.#limit('create', path, super.create(path, options));
  }

  override createSequential(path: string, data: Uint8Array): Promise<string> {
    return this.#limit('create', path, super.createSequential(path, data));
  }

  override write(path: string, data: Uint8Array, version: number): Promise<void> {
    return this.#limit('write', path, super.write(path, data, version));
  }

  override remove(path: string, version: number): Promise<void> {
    return this.#limit('remove', path, super.remove(path, version));
  }

  #limit<T>(what: string, path: string, work: Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const call = { what, path, reject };
      this.#deadlines.begin(call);
      work.then(
        (value) => {
          this.#deadlines.end(call);
          resolve(value);
        },
        (error) => {
          this.#deadlines.end(call);
          reject(error);
        },
      );
    });
  }
}
