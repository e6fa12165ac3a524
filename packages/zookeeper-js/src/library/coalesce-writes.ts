import type { Socket } from 'node:net';
import type { ConnectionManager } from './library-types.js';

/** Hands the requests of one turn to the system together: the library writes each by itself, and a call of the system costs more than a request. */
export function writeTogether(manager: ConnectionManager): void {
  const queue = manager.queue;
  let corked: Socket | undefined;
  manager.queue = (request, callback) => {
    const { socket } = manager;
    if (socket !== undefined && socket !== corked) {
      corked = socket;
      socket.cork();
      // When no promise is left that could lead to another request.
      process.nextTick(() => {
        if (corked === socket) corked = undefined;
        socket.uncork();
      });
    }
    queue.call(manager, request, callback);
  };
}
