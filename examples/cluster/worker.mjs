import { createServer } from 'node:http';
import { hostname } from 'node:os';
import { openRegistry } from '@ndsr/core';

const { NDSR_URL: url = 'zookeeper-js://127.0.0.1:2181', SERVICE = '/services/cluster', PORT = '3000' } = process.env;

/**
 * One worker: it is listed while it serves.
 *
 * @param {number | undefined} id the primary's number for it
 */
export async function runWorker(id) {
  // Opened here, after the fork: each worker has its own connection and session.
  const registry = await openRegistry({ url, lazy: true, offline: 'defer' });

  const server = createServer((_request, response) => {
    const workers = Object.keys(registry.peek(SERVICE)?.children ?? {});
    response.setHeader('connection', 'close').end(JSON.stringify({ pid: process.pid, workers }));
  });
  // The port is the same in all workers: the cluster module hands out its connections.
  await new Promise((resolve) => server.listen(Number(PORT), '127.0.0.1', () => resolve(undefined)));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : Number(PORT);

  process.once('SIGTERM', async () => {
    // Deregistered first, so that no new clients connect while the last requests are answered.
    await registry.stop();
    // The channel to the primary would keep the process alive.
    server.close(() => process.disconnect());
  });

  await registry.get(SERVICE);
  // Named by host and worker, since host:port is the same for all of them. The registry adds `pid`.
  await registry.setNode(`${SERVICE}/${hostname()}-${id}`, { port });
  console.log(`worker ${id} of ${process.pid} listens on ${port}`);
}
