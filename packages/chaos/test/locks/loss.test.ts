import { openRegistry, type RegistryLock, type ServiceRegistry } from '@ndsr/core';
import { FaultProxy, ZooKeeperServer } from '@ndsr/zookeeper-testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sized } from '../../src/size.js';
import { findPython } from '../python/find-python.js';
import { monotonicNs } from './intervals.js';
import { PythonContender } from './python-contender.js';
import { silentFaults } from './silent-faults.js';

const rounds = 4;
const holdersPerRound = sized(25);

let server: ZooKeeperServer;
beforeAll(async () => {
  // Searched here, because it blocks the event loop: on a busy machine for longer than locks survive.
  findPython();
  server = await ZooKeeperServer.start({ tickTimeMs: 400 });
});
afterAll(() => server.stop());

/** A lock holder with its own connection that can be broken. */
class Holder implements AsyncDisposable {
  lostAt: number | undefined;
  readonly #proxy: FaultProxy;
  readonly #registry: ServiceRegistry;
  readonly #lock: RegistryLock;

  private constructor(proxy: FaultProxy, registry: ServiceRegistry, lock: RegistryLock) {
    this.#proxy = proxy;
    this.#registry = registry;
    this.#lock = lock;
    lock.lost.addEventListener('abort', () => {
      this.lostAt = monotonicNs();
    });
  }

  static async hold(backend: string, path: string): Promise<Holder> {
    const proxy = await FaultProxy.open({ upstream: server });
    const registry = await openRegistry(`${backend}://${proxy.address}?timeoutMs=6000`);
    return new Holder(proxy, registry, await registry.getLock(path, { name: 'holder' }).hold());
  }

  get status(): boolean {
    return this.#lock.status;
  }

  async break(fault: (typeof silentFaults)[number] | undefined): Promise<void> {
    await fault?.(this.#proxy);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#proxy.pass();
    await this.#registry.stop();
    await this.#proxy.close();
  }
}

test.each(['zookeeper', 'zookeeper-js', 'zookeeper-native'])(
  `on %s a holder is notified of the loss of its lock before another client acquires it, in ${rounds * holdersPerRound} of ${rounds * holdersPerRound} runs with cut and frozen links`,
  async (backend) => {
    await using observer = await openRegistry(`${backend}://${server.address}?timeoutMs=6000`);
    const headStartsMs: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const path = (number: number | '%d'): string => `/loss/${backend}-${round}-${number}`;
      const numbers = Array.from({ length: holdersPerRound }, (_, i) => i);
      const holders = await Promise.all(numbers.map((i) => Holder.hold(backend, path(i))));
      const options = { hosts: server.address, path: path('%d'), simultaneous: 1, rounds: 1 };
      const rivals = await PythonContender.start({ ...options, threads: holdersPerRound });
      try {
        const served = rivals.contend();
        served.catch(() => undefined);
        for (const i of numbers) {
          const line = await observer.get(`${path(i)}-__lock__`, { waitMs: 30_000, children: 'names' });
          expect(Object.keys(line.children).length, 'another client waits').toBe(1);
        }
        expect(holders.map(({ status }) => status)).toEqual(numbers.map(() => true));
        await Promise.all(holders.map((holder, i) => holder.break(silentFaults[i % silentFaults.length])));
        for (const { who, from } of await served) {
          const { lostAt } = holders[Number(who.split('-')[1])] ?? {};
          headStartsMs.push(lostAt === undefined ? Number.NEGATIVE_INFINITY : (from - lostAt) / 1e6);
        }
        expect(holders.map(({ status }) => status)).toEqual(numbers.map(() => false));
      } finally {
        rivals.kill();
        for (const holder of holders) await holder[Symbol.asyncDispose]();
      }
      for (const i of numbers) {
        for (const node of [path(i), `${path(i)}-__lock__`]) {
          expect((await observer.get(node, { children: 'names' })).children).toEqual({});
          observer.unwatch(node);
        }
      }
    }
    headStartsMs.sort((a, b) => a - b);
    console.info(
      `${backend}: ${headStartsMs.length} losses, heard ${headStartsMs[0]?.toFixed(0)} to ${headStartsMs.at(-1)?.toFixed(0)} ms before the next holder had the lock`,
    );
    expect(headStartsMs.length).toBe(rounds * holdersPerRound);
    expect(headStartsMs[0]).toBeGreaterThan(0);
  },
  300_000,
);
