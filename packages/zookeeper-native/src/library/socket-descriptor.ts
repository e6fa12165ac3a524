import { closeSync, openSync, readlinkSync } from 'node:fs';

/** The file descriptor of a socket that the library opens. The library does not expose it; `/proc` does. */
export class SocketDescriptor {
  readonly #fd: number;
  readonly #socket: string;

  private constructor(number: number, socket: string) {
    this.#fd = number;
    this.#socket = socket;
  }

  /** Runs `open`, and returns the descriptor of the socket that it left open, if any: the system assigns the lowest free one. */
  static ofSocketIn(open: () => void): SocketDescriptor | null {
    const number = lowestFreeDescriptor();
    open();
    const socket = number === null ? null : linkOf(number);
    return number === null || !socket?.startsWith('socket:') ? null : new SocketDescriptor(number, socket);
  }

  /** True if the socket is closed and its descriptor belongs to another file now. */
  get isReused(): boolean {
    const link = linkOf(this.#fd);
    return link !== null && link !== this.#socket;
  }
}

function lowestFreeDescriptor(): number | null {
  try {
    const number = openSync('/dev/null', 'r');
    closeSync(number);
    return number;
  } catch {
    // For example at the limit of open files: then the library cannot open a socket either.
    return null;
  }
}

/** The link of a descriptor in `/proc`; null if it is not open, or without `/proc`. */
function linkOf(number: number): string | null {
  try {
    return readlinkSync(`/proc/self/fd/${number}`);
  } catch {
    return null;
  }
}
