import { constants } from 'node:os';
import type { Readable, Writable } from 'node:stream';
import { standardOutput } from './streams/standard-output.js';
import { watchReader } from './streams/watch-reader.js';

/** Signals that ask a process to end. `ndsr` removes its registrations on each of them. */
export type EndSignal = 'SIGINT' | 'SIGTERM' | 'SIGHUP';

const endSignals: readonly EndSignal[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** An output stream; a terminal has a size. */
export type Output = Writable & {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  readonly rows?: number | undefined;
};

/** The parts of the process that commands use. */
export interface Host {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdin: Readable;
  /** For data. */
  readonly stdout: Output;
  /** For messages. */
  readonly stderr: Output;
  /** Adds a listener for signals that ask the process to end. Returns a function that removes it. */
  onSignal(listener: (signal: EndSignal) => void): () => void;
  /**
   * Calls `listener` once the reader of stdout closes it, where that can be detected before a write. Returns a function that removes the
   * listener. If missing, a closed pipe is detected by the next write.
   */
  onReaderGone?(listener: () => void): () => void;
  /** Ends the process at once, on a second signal. */
  exit(code: number): void;
}

export const processHost: Host = {
  env: process.env,
  get stdin() {
    return process.stdin;
  },
  get stdout() {
    return standardOutput();
  },
  get stderr() {
    return process.stderr;
  },
  onSignal(listener) {
    for (const signal of endSignals) process.on(signal, listener);
    return () => {
      for (const signal of endSignals) process.off(signal, listener);
    };
  },
  onReaderGone: watchReader,
  exit: (code) => process.exit(code),
};

/** The exit code of a process that a signal ended; same number as in shells. */
export function signalExitCode(signal: NodeJS.Signals): number {
  return 128 + constants.signals[signal];
}
