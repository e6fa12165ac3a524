import { closeSync, openSync, readlinkSync } from 'node:fs';

/**
 * The number of a socket that the library opens: it does not tell. It can be found out where there is `/proc`.
 */
export class SocketNumber {
  readonly #number: number;
  readonly #socket: string;

  private constructor(number: number, socket: string) {
    this.#number = number;
    this.#socket = socket;
  }

  /** Runs `open`, and returns the number of the socket that it left open, if any: the system gives out the lowest one. */
  static of(open: () => void): SocketNumber | null {
    const number = lowestFree();
    open();
    const socket = number === null ? null : linkOf(number);
    return number === null || !socket?.startsWith('socket:') ? null : new SocketNumber(number, socket);
  }

  /** Whether the socket is gone and its number is somebody else's now. */
  get isTaken(): boolean {
    const link = linkOf(this.#number);
    return link !== null && link !== this.#socket;
  }
}

function lowestFree(): number | null {
  try {
    const number = openSync('/dev/null', 'r');
    closeSync(number);
    return number;
  } catch {
    // Such as when the process may open no more: then the library cannot either.
    return null;
  }
}

/** What is behind a number of this process; null where nothing is, or where that cannot be told. */
function linkOf(number: number): string | null {
  try {
    return readlinkSync(`/proc/self/fd/${number}`);
  } catch {
    return null;
  }
}
