import { setTimeout as sleep } from 'node:timers/promises';
import { openRegistry, type ServiceRegistry } from '@ndsr/core';
import { ZooKeeperServer } from '@ndsr/zookeeper-testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sized } from '../../src/size.js';
import { findPython } from '../python/find-python.js';
import { type Interval, monotonicNs, mostAtOnce, mostOvertaking } from './intervals.js';
import { PythonContender } from './python-contender.js';

const rounds = sized(400, 4);
const workers = 2;
const mostMs = 4;

let server: ZooKeeperServer;
beforeAll(async () => {
  findPython();
  server = await ZooKeeperServer.start({ tickTimeMs: 1_000 });
});
afterAll(() => server.stop());

interface Term extends Interval {
  readonly fencingToken: bigint;
}

/** Leads `times` times in sequence. */
async function stand(registry: ServiceRegistry, path: string, who: string, times: number): Promise<Term[]> {
  const election = registry.getElection(path, { name: who });
  const terms: Term[] = [];
  for (let round = 0; round < times; round += 1) {
    const asked = monotonicNs();
    const term = await election.lead(async (_, { fencingToken }) => {
      const from = monotonicNs();
      await sleep(Math.random() * mostMs);
      return { who, asked, from, to: monotonicNs(), fencingToken };
    });
    terms.push(term);
  }
  return terms;
}

describe.each(['zookeeper', 'zookeeper-js', 'zookeeper-native'])(
  'an election of kazoo and of Node on %s',
  (backend) => {
    const url = (): string => `${backend}://${server.address}?timeoutMs=10000`;

    test(`has one leader at a time through ${rounds} terms, and every candidate has a turn`, async () => {
      const path = `/elections/${backend}`;
      const times = rounds / 2 / workers;
      const options = {
        hosts: server.address,
        path,
        simultaneous: 'election',
        rounds: times,
        threads: workers,
      } as const;
      const python = await PythonContender.start({ ...options, mostMs });
      await using registry = await openRegistry(url());
      try {
        const node = Array.from({ length: workers }, (_, i) => stand(registry, path, `node-${i}`, times));
        const [ours, theirs] = [Promise.all(node), python.contend()];
        const terms = [...(await ours).flat(), ...(await theirs)];

        expect(terms.length).toBe(rounds);
        expect(mostAtOnce(terms)).toBe(1);
        // Both competed until nearly the end: one did not have to wait until the other had finished.
        const served = (who: string) => terms.filter((one) => one.who.startsWith(who)).map(({ from }) => from);
        expect(Math.max(...served('node'))).toBeGreaterThan(Math.min(...served('python')));
        expect(Math.max(...served('python'))).toBeGreaterThan(Math.min(...served('node')));
        const overtaken = mostOvertaking(terms);
        expect(overtaken).toBeLessThanOrEqual(rounds / 10);
        const tokens = (await ours).flat().sort((a, b) => a.from - b.from);
        expect(tokens.every(({ fencingToken }, i) => fencingToken > (tokens[i - 1]?.fencingToken ?? 0n))).toBe(true);
        expect((await registry.get(path)).children).toEqual({});
        console.info(`${backend}: ${terms.length} terms, at once ${mostAtOnce(terms)}, overtaken ${overtaken}`);
      } finally {
        python.kill();
      }
    }, 240_000);

    test('names a leader of the other language, and the candidates behind it', async () => {
      const path = `/elections/${backend}-names`;
      const options = { hosts: server.address, path, simultaneous: 'election', rounds: 1, threads: 1 } as const;
      const python = await PythonContender.start({ ...options, mostMs: 1 });
      await using registry = await openRegistry(url());
      try {
        const election = registry.getElection(path, { name: 'node' });
        let led: Promise<Interval[]> | undefined;
        await election.lead(async () => {
          led = python.contend();
          led.catch(() => undefined);
          await expect.poll(() => election.contenders(), { timeout: 60_000 }).toEqual(['node', 'python-0']);
          expect(await election.leader()).toBe('node');
        });
        expect((await led)?.length).toBe(1);
        expect(await election.leader()).toBeUndefined();
      } finally {
        python.kill();
      }
    }, 180_000);
  },
);
