import { failureTable, quote } from '@ndsr/conformance/failure-table';
import { LeadershipLostError, openRegistry, type ServiceRegistry } from '@ndsr/core';
import { FaultProxy, ZooKeeperServer } from '@ndsr/zookeeper-testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sized } from '../../src/size.js';
import { findPython } from '../python/find-python.js';
import { monotonicNs } from './intervals.js';
import { PythonContender } from './python-contender.js';
import { silentFaults } from './silent-faults.js';

const leadersAtOnce = sized(25);

let server: ZooKeeperServer;
beforeAll(async () => {
  // Searched here, because it blocks the event loop: on a busy machine for longer than leadership survives.
  findPython();
  server = await ZooKeeperServer.start({ tickTimeMs: 400 });
});
afterAll(() => server.stop());

/** A leader with its own connection that can be broken. Its work ends some time after its signal is aborted. */
class Leader implements AsyncDisposable {
  notifiedAt: number | undefined;
  readonly outcome: Promise<unknown>;
  readonly #proxy: FaultProxy;
  readonly #registry: ServiceRegistry;

  private constructor(proxy: FaultProxy, registry: ServiceRegistry, path: string, leads: () => void) {
    this.#proxy = proxy;
    this.#registry = registry;
    const led = registry.getElection(path, { name: 'leader' }).lead(async (signal) => {
      leads();
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      this.notifiedAt = monotonicNs();
    });
    this.outcome = led.catch((error) => error);
  }

  static async lead(backend: string, path: string): Promise<Leader> {
    const proxy = await FaultProxy.open({ upstream: server });
    const registry = await openRegistry(`${backend}://${proxy.address}?timeoutMs=6000`);
    return new Promise((resolve) => {
      const leader: Leader = new Leader(proxy, registry, path, () => resolve(leader));
    });
  }

  async break(fault: ((proxy: FaultProxy) => Promise<void>) | undefined): Promise<void> {
    await fault?.(this.#proxy);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#proxy.pass();
    await this.#registry.stop();
    await this.#proxy.close();
  }
}

test.each(['zookeeper', 'zookeeper-js', 'zookeeper-native'])(
  `${quote(failureTable.leadershipLost, 'cut and frozen links')}, on %s in ${leadersAtOnce} of ${leadersAtOnce} elections before a Python candidate leads`,
  async (backend) => {
    await using observer = await openRegistry(`${backend}://${server.address}?timeoutMs=6000`);
    const path = (number: number | '%d'): string => `/election-loss/${backend}-${number}`;
    const numbers = Array.from({ length: leadersAtOnce }, (_, i) => i);
    const leaders = await Promise.all(numbers.map((i) => Leader.lead(backend, path(i))));
    const options = { hosts: server.address, path: path('%d'), simultaneous: 'election', rounds: 1 } as const;
    const rivals = await PythonContender.start({ ...options, threads: leadersAtOnce });
    try {
      const served = rivals.contend();
      served.catch(() => undefined);
      for (const i of numbers) {
        const line = await observer.get(path(i), { minChildren: 2, waitMs: 30_000, children: 'names' });
        expect(Object.keys(line.children).length, 'another candidate waits').toBe(2);
      }
      expect(leaders.map(({ notifiedAt }) => notifiedAt)).toEqual(numbers.map(() => undefined));
      await Promise.all(leaders.map((leader, i) => leader.break(silentFaults[i % silentFaults.length])));
      const headStartsMs = (await served).map(({ who, from }) => {
        const { notifiedAt } = leaders[Number(who.split('-')[1])] ?? {};
        return notifiedAt === undefined ? Number.NEGATIVE_INFINITY : (from - notifiedAt) / 1e6;
      });
      headStartsMs.sort((a, b) => a - b);
      console.info(
        `${backend}: ${headStartsMs.length} losses, told ${headStartsMs[0]?.toFixed(0)} to ${headStartsMs.at(-1)?.toFixed(0)} ms before the next leader began`,
      );
      expect(headStartsMs.length).toBe(leadersAtOnce);
      expect(headStartsMs[0]).toBeGreaterThan(0);
      for (const { outcome } of leaders) expect(await outcome).toBeInstanceOf(LeadershipLostError);
    } finally {
      rivals.kill();
      for (const leader of leaders) await leader[Symbol.asyncDispose]();
    }
  },
  120_000,
);
