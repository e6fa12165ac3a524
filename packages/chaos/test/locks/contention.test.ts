import { setTimeout as sleep } from 'node:timers/promises';
import { openRegistry, type ServiceRegistry } from '@ndsr/core';
import { ZooKeeperServer } from '@ndsr/zookeeper-testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sized } from '../../src/size.js';
import { type Interval, monotonicNs, mostAtOnce, mostOvertaking } from './intervals.js';
import { PythonContender } from './python-contender.js';

/** Divided among up to 4 workers in each of two processes. */
const rounds = sized(1_000, 8);

let server: ZooKeeperServer;
beforeAll(async () => {
  server = await ZooKeeperServer.start({ tickTimeMs: 1_000 });
});
afterAll(() => server.stop());

/** Acquires the lock `times` times in sequence. */
async function contend(
  registry: ServiceRegistry,
  path: string,
  simultaneous: number,
  who: string,
  times: number,
  mostMs: number,
) {
  const intervals: Interval[] = [];
  for (let round = 0; round < times; round += 1) {
    const asked = monotonicNs();
    const lock = await registry.getLock(path, { name: who, simultaneous }).hold({ waitMs: 120_000 });
    const from = monotonicNs();
    await sleep(Math.random() * mostMs);
    intervals.push({ who, asked, from, to: monotonicNs() });
    await lock.release();
  }
  return intervals;
}

describe.each(['zookeeper', 'zookeeper-js', 'zookeeper-native'])(
  'a Python process with kazoo and a Node process on %s',
  (backend) => {
    test.each([
      { simultaneous: 1, workers: 2, mostMs: 2 },
      // Held long enough that all three slots are taken most of the time.
      { simultaneous: 3, workers: 4, mostMs: 40 },
    ])(
      `contend ${rounds} times for a lock with simultaneous $simultaneous: there are never more holders, and each has a turn`,
      async ({ simultaneous, workers, mostMs }) => {
        const path = `/contention/${backend}-${simultaneous}`;
        const times = rounds / 2 / workers;
        const options = { hosts: server.address, path, simultaneous, rounds: times, threads: workers, mostMs };
        const python = await PythonContender.start(options);
        await using registry = await openRegistry(`${backend}://${server.address}?timeoutMs=10000`);
        try {
          const node = Array.from({ length: workers }, (_, i) =>
            contend(registry, path, simultaneous, `node-${i}`, times, mostMs),
          );
          const intervals = (await Promise.all([...node, python.contend()])).flat();

          expect(intervals.length).toBe(rounds);
          expect(mostAtOnce(intervals)).toBe(simultaneous);
          // Both competed until nearly the end: one did not have to wait until the other had finished.
          const served = (who: string) => intervals.filter((one) => one.who.startsWith(who)).map(({ from }) => from);
          const [firstOfNode, firstOfPython] = [Math.min(...served('node')), Math.min(...served('python'))];
          expect(Math.max(...served('node'))).toBeGreaterThan(firstOfPython);
          expect(Math.max(...served('python'))).toBeGreaterThan(firstOfNode);
          // The servers order the queue: a process delayed by the machine enters it later than it asked.
          expect(mostOvertaking(intervals)).toBeLessThanOrEqual(rounds / 10);
          expect((await registry.get(path)).children).toEqual({});
          expect((await registry.get(`${path}-__lock__`)).children).toEqual({});
          const waits = intervals.map(({ asked, from }) => (from - asked) / 1e6).sort((a, b) => a - b);
          console.info(
            `${backend}, simultaneous ${simultaneous}: at once ${mostAtOnce(intervals)}, overtaken ${mostOvertaking(intervals)}, ` +
              `wait p50 ${waits[rounds / 2]?.toFixed(1)} ms, longest ${waits.at(-1)?.toFixed(1)} ms`,
          );
        } finally {
          python.kill();
        }
      },
      240_000,
    );
  },
);
