import { constants } from 'node:os';
import type { Readable, Writable } from 'node:stream';
import { standardOutput } from './streams/standard-output.js';
import { watchReader } from './streams/watch-reader.js';

/** What asks a process to end, and what `ndsr` answers by withdrawing what it registered. */
export type EndSignal = 'SIGINT' | 'SIGTERM' | 'SIGHUP';

const endSignals: readonly EndSignal[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** A stream to write to; a terminal says how large it is. */
export type Output = Writable & {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  readonly rows?: number | undefined;
};

/** The process that a command runs in, as far as it looks at it. */
export interface Host {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdin: Readable;
  /** For data. */
  readonly stdout: Output;
  /** For talk. */
  readonly stderr: Output;
  /** Hears of each signal that asks to end. Returns its undo. */
  onSignal(listener: (signal: EndSignal) => void): () => void;
  /**
   * Calls `listener` once nobody reads stdout any more, where that shows before something is written. Returns its undo. Left out: it
   * shows when something is written.
   */
  onReaderGone?(listener: () => void): () => void;
  /** Ends the process at once: whoever asks a second time does not want to wait. */
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

/** The exit code of a process that a signal ended, as shells say it. */
export function signalExitCode(signal: NodeJS.Signals): number {
  return 128 + constants.signals[signal];
}
