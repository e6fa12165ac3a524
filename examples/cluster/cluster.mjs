// NDSR_URL=zookeeper-js://127.0.0.1:2181 PORT=3000 WORKERS=4 node cluster.mjs
import cluster from 'node:cluster';
import { availableParallelism } from 'node:os';
import { runWorker } from './worker.mjs';

if (cluster.isPrimary) runPrimary();
else await runWorker(cluster.worker?.id);

/**
 * Keeps the workers running. It opens no registry: a session belongs to one process, and the node of a worker must disappear
 * with that worker.
 */
function runPrimary() {
  const { WORKERS = String(availableParallelism()) } = process.env;
  let ending = false;
  for (let i = 0; i < Number(WORKERS); i += 1) cluster.fork();

  cluster.on('exit', ({ id }, code, signal) => {
    if (ending) return;
    console.log(`worker ${id} has died (${signal ?? code})`);
    // After a pause: a worker that cannot start would be forked endlessly.
    setTimeout(() => !ending && cluster.fork(), 500);
  });
  process.once('SIGTERM', () => {
    ending = true;
    for (const worker of Object.values(cluster.workers ?? {})) worker?.process.kill('SIGTERM');
  });
}
