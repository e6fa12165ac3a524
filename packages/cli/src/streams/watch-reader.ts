import { closeSync, constants, fstatSync, openSync } from 'node:fs';
import { Socket } from 'node:net';

/**
 * Calls `listener` once the reader of the pipe at stdout has closed it. Returns a function that removes the listener.
 *
 * A closed pipe is reported to a process that writes to, or polls, its writing end. Node polls only descriptors that it reads, and does
 * not read write-only ones; libuv's TCP handle does not check that, so it wakes up for the error (and fails with EBADF, since there is
 * nothing to read). The second name for the pipe that this needs exists only on Linux: elsewhere, and when Node does not expose its
 * handles, the listener is never called.
 */
export function watchReader(listener: () => void): () => void {
  const handle = pollableHandle();
  if (handle === undefined) return () => undefined;
  const socket = new Socket({ handle, readable: true, writable: false } as object);
  socket.on('error', listener).on('end', listener).unref().resume();
  return () => {
    socket.off('error', listener).off('end', listener);
    socket.on('error', () => undefined).destroy();
  };
}

/** The internals of Node that are used here. */
interface TcpBinding {
  readonly TCP: new (type: number) => { open(fd: number): number };
  readonly constants: { readonly SOCKET: number };
}

function pollableHandle(): unknown {
  if (process.platform !== 'linux') return undefined;
  let fd: number | undefined;
  try {
    // With bigint: the other variant leaves its result in a buffer of Node 20's `realpathSync`, which then resolves no symlink.
    if (!fstatSync(1, { bigint: true }).isFIFO()) return undefined;
    const { binding } = process as unknown as { readonly binding: (name: string) => TcpBinding };
    const { TCP, constants: types } = binding('tcp_wrap');
    // A separate descriptor: the event loop has at most one handle for each.
    fd = openSync('/proc/self/fd/1', constants.O_WRONLY | constants.O_NONBLOCK);
    const handle = new TCP(types.SOCKET);
    if (handle.open(fd) === 0) return handle;
  } catch {
    // No /proc, the reader has gone already, or other internals of Node: the next write detects it.
  }
  if (fd !== undefined) closeSync(fd);
  return undefined;
}
