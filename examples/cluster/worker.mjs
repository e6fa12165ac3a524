import { createServer } from 'node:http';
import { hostname } from 'node:os';
import { openRegistry } from '@ndsr/core';

const { NDSR_URL: url = 'zookeeper-js://127.0.0.1:2181', SERVICE = '/services/cluster', PORT = '3000' } = process.env;

/**
 * One worker: it serves, and is listed for as long as it does.
 *
 * @param {number | undefined} id the primary's number for it
 */
export async function runWorker(id) {
  // Made here, after the fork: each worker has a connection and a session of its own.
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
    // Withdrawn first, so that nobody new comes while the last are being answered.
    await registry.stop();
    // The channel to the primary would keep it alive.
    server.close(() => process.disconnect());
  });

  await registry.get(SERVICE);
  // By host and worker, since host:port is the same for all of them. `pid` is added by the registry.
  await registry.setNode(`${SERVICE}/${hostname()}-${id}`, { port });
  console.log(`worker ${id} of ${process.pid} listens on ${port}`);
}
