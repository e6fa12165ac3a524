import type { EndSignal } from './host.js';

/** Ends a command with this exit code and an optional message. */
export class Exit extends Error {
  readonly exitCode: number;

  constructor(exitCode: number, message = '') {
    super(message);
    this.name = 'Exit';
    this.exitCode = exitCode;
  }
}

/** A signal asked the command to end. */
export class Interruption extends Error {
  readonly signal: EndSignal;

  constructor(signal: EndSignal) {
    super(`ended by ${signal}`);
    this.name = 'Interruption';
    this.signal = signal;
  }
}

/** stdout cannot be written, for example because the disk is full. A closed pipe is `OutputClosed`. */
export class OutputFailed extends Error {
  constructor(cause: Error) {
    super(`stdout cannot be written: ${cause.message.replace(/, write$/, '')}`, { cause });
    this.name = 'OutputFailed';
  }
}

/** The reader of stdout has closed it, as in `ndsr watch PATH | head -1`: it has all it wanted. */
export class OutputClosed extends Error {
  constructor() {
    super('stdout is closed');
    this.name = 'OutputClosed';
  }
}
