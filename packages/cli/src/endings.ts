import type { EndSignal } from './host.js';

/** A command ends with this exit code, and a message where there is something to say. */
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

/** stdout takes no more, for another reason than that nobody reads it: a full disk, for one. */
export class OutputFailed extends Error {
  constructor(cause: Error) {
    super(`stdout cannot be written: ${cause.message.replace(/, write$/, '')}`, { cause });
    this.name = 'OutputFailed';
  }
}

/** Nobody reads stdout any more, as in `ndsr watch PATH | head -1`: it has all that it wanted. */
export class OutputClosed extends Error {
  constructor() {
    super('stdout is closed');
    this.name = 'OutputClosed';
  }
}
