import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';

// Below the range from which kernels take the ports of outgoing connections (Linux 32768 and up, others 49152 and up). Listening on
// port 0 gives a port inside that range, and there, while a server is down, any outgoing connection may take its port. Worse, a client
// that keeps knocking at the dead port is at times given that very port as its own, and so connects to itself.
const LOWEST_PORT = 10_240;
const HIGHEST_PORT = 32_767;
const ATTEMPTS = 50;

/**
 * A port of `host` on which nothing listens. It is not reserved: another process may take it first.
 *
 * @param except ports not to answer, for those who need several
 */
export async function freePort(host = '127.0.0.1', except: ReadonlySet<number> = new Set()): Promise<number> {
  const server = createServer();
  const port = await listenOnFreePort(server, host);
  server.close();
  await once(server, 'close');
  return except.has(port) ? freePort(host, except) : port;
}

/** Whether a server could listen there now. */
export async function isPortFree(port: number, host = '127.0.0.1'): Promise<boolean> {
  const server = createServer();
  if (!(await tryToListen(server, port, host))) return false;
  server.close();
  await once(server, 'close');
  return true;
}

/** Makes `server` listen on a free port of `host`, and answers the port. */
export async function listenOnFreePort(server: Server, host: string): Promise<number> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const port = randomInt(LOWEST_PORT, HIGHEST_PORT + 1);
    if (await tryToListen(server, port, host)) return port;
  }
  throw new Error(`no free port found on ${host} in ${ATTEMPTS} attempts`);
}

/** Makes `server` listen; false when the port is taken, or is one of those that this process may not use. */
export async function tryToListen(server: Server, port: number, host: string): Promise<boolean> {
  server.listen(port, host);
  try {
    await once(server, 'listening');
    return true;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'EADDRINUSE' || code === 'EACCES') return false;
    throw error;
  }
}
