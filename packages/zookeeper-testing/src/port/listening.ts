import { once } from 'node:events';
import { createServer, type Server } from 'node:net';

/** Returns true if a server could listen there now. */
export async function isPortFree(port: number, host = '127.0.0.1'): Promise<boolean> {
  const server = createServer();
  if (!(await tryToListen(server, port, host))) return false;
  server.close();
  await once(server, 'close');
  return true;
}

/** Makes `server` listen; returns false if the port is taken, or is one that this process may not use. */
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
