import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { waitUntil } from '@ndsr/test-support';
import { ZooKeeperEnsemble } from '@ndsr/zookeeper-testing';
import { expect, it } from 'vitest';
import { ask, startProcess } from './start-process.js';

interface Report {
  readonly trouble: readonly string[];
  readonly phase: string;
  readonly services: { readonly data: unknown; readonly children: Readonly<Record<string, unknown>> };
}

const backends = ['zookeeper-js', 'zookeeper-native'];

it('shows the same to a process on either backend, whichever wrote it, also after the leader was killed', async () => {
  await using ensemble = await ZooKeeperEnsemble.start();
  const url = (backend: string) => `${backend}://${ensemble.connectString}/cross?timeoutMs=4000`;
  const processes = backends.map((backend) => startProcess('watch-and-report', [url(backend), backend]));
  for (const process of processes) expect(JSON.parse(await process.next())).toEqual({ ready: true });
  const reports = () => Promise.all(processes.map((process) => ask<Report>(process, 'report')));
  const seeTheSame = async (): Promise<boolean> => {
    const [js, native] = await reports();
    return isDeepStrictEqual(js?.services, native?.services);
  };

  await Promise.all(processes.map((process) => ask(process, 'change', { rounds: 100 })));
  await waitUntil('both see the same', seeTheSame);
  const [seen] = await reports();
  expect(Object.keys(seen?.services.children ?? {}).sort()).toEqual(expectedInstances());
  for (const path of ['/services', '/services/zookeeper-js-1:80', '/services/zookeeper-native-2:80', '/nothing']) {
    const [js, native] = await Promise.all(processes.map((process) => ask(process, 'read', { path })));
    expect(native, path).toEqual(js);
  }

  const leader = await ensemble.leader();
  await leader.kill();
  await waitUntil('both are connected again', async () =>
    (await reports()).every(({ phase, services }) => phase === 'connected' && services !== null),
  );
  await leader.restart();
  await ensemble.waitForQuorum();
  await waitUntil('both are connected for good', async () => {
    await sleep(200);
    return (await reports()).every(({ phase }) => phase === 'connected');
  });
  await Promise.all(processes.map((process) => ask(process, 'change', { rounds: 30 })));
  await waitUntil('both see the same again', seeTheSame);
  for (const { trouble } of await reports()) expect(trouble).toEqual([]);

  for (const process of processes) await ask(process, 'end');
  for (const process of processes) expect(await process.exited).toBe(0);
}, 240_000);

/** The instances left after 100 rounds of ten instances each, in which every seventh change is a removal. */
function expectedInstances(): string[] {
  const left = new Set<string>();
  for (let round = 0; round < 100; round += 1) {
    if (round % 7 === 6) left.delete(String(round % 10));
    else left.add(String(round % 10));
  }
  return backends.flatMap((backend) => [...left].map((instance) => `${backend}-${instance}:80`)).sort();
}
