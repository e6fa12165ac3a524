import type { Socket } from 'node:net';
import type { ConnectionManager } from './library-types.js';

/** Sends the requests of one turn in one system call: the library writes each separately, and a system call costs more than a request. */
export function coalesceWrites(manager: ConnectionManager): void {
  const queue = manager.queue;
  let corked: Socket | undefined;
  manager.queue = (request, callback) => {
    const { socket } = manager;
    if (socket !== undefined && socket !== corked) {
      corked = socket;
      socket.cork();
      // After all promise callbacks, which may send further requests.
      process.nextTick(() => {
        if (corked === socket) corked = undefined;
        socket.uncork();
      });
    }
    queue.call(manager, request, callback);
  };
}
