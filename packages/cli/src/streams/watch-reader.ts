import { closeSync, constants, fstatSync, openSync } from 'node:fs';
import { Socket } from 'node:net';

/**
 * Calls `listener` once nobody reads the pipe at stdout any more. Returns its undo.
 *
 * A pipe says so to whoever writes, or polls its writing end. Node polls only what it reads, and does not read what is open for writing
 * alone; libuv's handle for TCP does not look at that, and so wakes up for the error (and fails with EBADF, since there is nothing to
 * read). Only Linux has the second name for the pipe that this takes: elsewhere, and where Node keeps its handles to itself, nothing is
 * called.
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

/** The inside of Node, as far as it is used here. */
interface TcpBinding {
  readonly TCP: new (type: number) => { open(fd: number): number };
  readonly constants: { readonly SOCKET: number };
}

function pollableHandle(): unknown {
  if (process.platform !== 'linux') return undefined;
  let fd: number | undefined;
  try {
    // With bigint: the other call leaves its answer where Node 20's `realpathSync` looks, which then resolves no symlink.
    if (!fstatSync(1, { bigint: true }).isFIFO()) return undefined;
    const { binding } = process as unknown as { readonly binding: (name: string) => TcpBinding };
    const { TCP, constants: types } = binding('tcp_wrap');
    // Of its own: the event loop has at most one handle for a descriptor.
    fd = openSync('/proc/self/fd/1', constants.O_WRONLY | constants.O_NONBLOCK);
    const handle = new TCP(types.SOCKET);
    if (handle.open(fd) === 0) return handle;
  } catch {
    // No /proc, the reader has gone already, or another inside of Node: it shows when something is written.
  }
  if (fd !== undefined) closeSync(fd);
  return undefined;
}
