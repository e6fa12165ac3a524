// NDSR_URL=zookeeper-js://127.0.0.1:2181 PORT=3000 WORKERS=4 node cluster.mjs
import cluster from 'node:cluster';
import { availableParallelism } from 'node:os';
import { runWorker } from './worker.mjs';

if (cluster.isPrimary) runPrimary();
else await runWorker(cluster.worker?.id);

/**
 * Keeps the workers running. It opens no registry: a session is the business of the one process that has it, and the node of a
 * worker is to go when that worker does.
 */
function runPrimary() {
  const { WORKERS = String(availableParallelism()) } = process.env;
  let ending = false;
  for (let i = 0; i < Number(WORKERS); i += 1) cluster.fork();

  cluster.on('exit', ({ id }, code, signal) => {
    if (ending) return;
    console.log(`worker ${id} has died (${signal ?? code})`);
    // Not at once: a worker that cannot start would be forked without end.
    setTimeout(() => !ending && cluster.fork(), 500);
  });
  process.once('SIGTERM', () => {
    ending = true;
    for (const worker of Object.values(cluster.workers ?? {})) worker?.process.kill('SIGTERM');
  });
}
