import { isDeepStrictEqual } from 'node:util';
import { waitUntil } from '@ndsr/test-support';
import { BareClient } from '@ndsr/test-support/bare-client';
import { ZooKeeperServer } from '@ndsr/zookeeper-testing';
import { expect, it } from 'vitest';
import { ZooKeeperJsServiceRegistry } from '../../src/index.js';
import { startProcess } from './start-process.js';

const churnMs = 30_000;
const owners = ['0', '1', '2', '3'];
/** 20 services: the first with 1,000 nodes, the others with 50 each; and as many that other clients may create. */
const services = Array.from({ length: 20 }, (_, index) => ({
  path: `/churn/service-${index}`,
  size: index === 0 ? 1_000 : 50,
}));

it('ends with the truth in every watcher after 30 s of changes by four processes', async () => {
  const seed = Number(process.env.NDSR_SEED ?? Math.floor(Math.random() * 2 ** 31));
  console.info(`churn seed ${seed} (NDSR_SEED)`);
  await using server = await ZooKeeperServer.start();
  const bare = await BareClient.connect(server.address);
  for (const { path } of services) await bare.mkdirp(path);
  const data = Buffer.from('{"by":"the beginning"}');
  const large = services[0]?.path;
  await Promise.all(Array.from({ length: 1_000 }, (_, index) => bare.create(`${large}/always-${index}`, data)));

  const workers = owners.map((owner) => {
    const args = [server.address, owner, String(seed + Number(owner)), JSON.stringify(services)];
    return startProcess('churn', args);
  });
  await using watcher = new ZooKeeperJsServiceRegistry({ servers: server.address, timeoutMs: 10_000 });
  const trouble: string[] = [];
  watcher.on('fault', ({ error }) => trouble.push(error.message));
  for (const { path } of services) await watcher.get(path);

  for (const worker of workers) await worker.next();
  for (const worker of workers) worker.tell('churn');
  await new Promise((resolve) => setTimeout(resolve, churnMs));
  for (const worker of workers) worker.tell('stop');
  let changes = 0;
  for (const worker of workers) changes += JSON.parse(await worker.next()).changes;

  const truth = await Promise.all(services.map(({ path }) => bare.readService(path)));
  const isTruth = (seen: unknown[]): boolean =>
    seen.every((children, index) => isDeepStrictEqual({ ...(children as object) }, truth[index]));
  await waitUntil('our own watcher shows the truth', () =>
    isTruth(services.map(({ path }) => watcher.peek(path)?.children)),
  );
  let callbacks = 0;
  for (const worker of workers) {
    let report: { callbacks: number; trouble: string[]; seen: unknown[] } | undefined;
    await waitUntil('every worker shows the truth', async () => {
      worker.tell('report');
      report = JSON.parse(await worker.next());
      return isTruth(report?.seen ?? []);
    });
    expect(report?.trouble).toEqual([]);
    callbacks += report?.callbacks ?? 0;
  }
  // Only now: what a worker has registered goes with it, and the truth changes.
  for (const worker of workers) worker.tell('end');
  for (const worker of workers) expect(await worker.exited).toBe(0);
  expect(trouble).toEqual([]);
  // The run is meaningful: changes went on all the time, and were received.
  expect(changes).toBeGreaterThan(1_000);
  expect(callbacks).toBeGreaterThan(1_000);
  console.info(
    `${changes} changes, ${callbacks} callbacks in four processes, ${truth.flatMap(Object.keys).length} nodes`,
  );
  bare.close();
}, 300_000);
