import { randomInt } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { isPortFree } from './listening.js';

// Below the range from which kernels take the ports of outgoing connections (Linux 32768 and up, others 49152 and up).
// Listening on port 0 uses a port inside that range, where any outgoing connection may take the port while a server is
// down. Worse, a client that keeps connecting to the dead port is sometimes given that very port as its own, and so
// connects to itself.
const LOWEST_PORT = 10_240;
const HIGHEST_PORT = 32_767;
const ATTEMPTS = 50;

/**
 * A TCP port that stays reserved while nothing listens on it: a server that is down, or a proxy that refuses
 * connections, keeps its port.
 *
 * The reservation is a UDP socket bound to the same number. TCP does not see it; a later reservation, in this process
 * or in another, does. The kernel releases it when the process ends, however it ends.
 */
export class ReservedPort {
  readonly port: number;
  #socket: Socket | undefined;

  private constructor(port: number, socket: Socket) {
    this.port = port;
    this.#socket = socket;
  }

  /**
   * Reserves a port of `host` on which nothing listens.
   *
   * @param candidates tried in this order @default 50 random ones from 10240 to 32767
   * @throws {Error} none of them is free
   */
  static async reserve(host: string, candidates: Iterable<number> = randomPorts()): Promise<ReservedPort> {
    for (const port of candidates) {
      const socket = await tryToBind(port, host);
      if (socket === undefined) continue;
      if (await isPortFree(port, host)) return new ReservedPort(port, socket);
      socket.close();
    }
    throw new Error(`no free port found on ${host}`);
  }

  /** Releases the port for others. Idempotent. */
  release(): void {
    this.#socket?.close();
    this.#socket = undefined;
  }
}

/**
 * Returns a port of `host` on which nothing listens. Nothing in this package, in any process, chooses it again while
 * this process lives; a program that does not know of the reservation may still take it.
 */
export async function freePort(host = '127.0.0.1'): Promise<number> {
  return (await ReservedPort.reserve(host)).port;
}

async function tryToBind(port: number, host: string): Promise<Socket | undefined> {
  const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
  // A reservation never keeps its process alive.
  socket.unref();
  socket.bind({ port, address: host, exclusive: true });
  try {
    await once(socket, 'listening');
    return socket;
  } catch (error) {
    socket.close();
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'EADDRINUSE' || code === 'EACCES') return undefined;
    throw error;
  }
}

function* randomPorts(): Iterable<number> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) yield randomInt(LOWEST_PORT, HIGHEST_PORT + 1);
}
