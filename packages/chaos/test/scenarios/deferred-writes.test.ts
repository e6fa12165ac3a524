import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { failureTable, quote } from '@ndsr/conformance/failure-table';
import type { Phase, ServiceRegistry } from '@ndsr/core';
import { waitUntil } from '@ndsr/test-support';
import { BareClient } from '@ndsr/test-support/bare-client';
import { ZooKeeperServer } from '@ndsr/zookeeper-testing';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { zooKeepers } from './support/backends.js';

const timeoutMs = 2_000;
const folder = '/desired';
const names = Array.from({ length: 40 }, (_, index) => `w${index}`);
const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/** The time for which the server is down: the session survives or is replaced. */
const outages: readonly [what: string, downMs: number][] = [
  ['outage that the session survives', timeoutMs / 4],
  ['outage of more than two session timeouts', 2.5 * timeoutMs],
];

let server: ZooKeeperServer;
beforeEach(async () => {
  server = await ZooKeeperServer.start();
});
afterEach(() => server.stop());

describe.each(zooKeepers)('on $name', ({ registry: open }) => {
  it.each(outages)(
    `in an %s: ${quote(failureTable.disconnected, 'a server that is killed')}`,
    async (_, downMs) => {
      const registry = open({ servers: server.address, timeoutMs, offline: 'defer', logger: silent });
      onTestFinished(() => registry.stop());
      const desired = new DesiredNodes(registry);
      // Half of them exist before, of both kinds.
      await Promise.all(names.filter((_name, index) => index % 2 === 0).map((name) => desired.set(name)));
      await server.kill();
      await waitUntil('the outage is noticed', () => registry.phase !== 'connected');
      const until = performance.now() + downMs;
      let made = 0;
      while (performance.now() < until || made < names.length) {
        const calls = Array.from({ length: 10 }, (_call, index) =>
          desired.set(names[(made + index * 7) % names.length] ?? ''),
        );
        expect(new Set(await Promise.all(calls))).toEqual(new Set([false]));
        made += calls.length;
        await sleep(20);
      }
      await server.restart();
      await waitUntil('the registry is connected', () => registry.getState());
      const bare = await BareClient.connect(server.address);
      onTestFinished(() => bare.close());
      const stored = async (): Promise<string[]> => {
        const children = await bare.readService(folder);
        return Object.entries(children)
          .map(([name, data]) => `${name}=${Reflect.get(Object(data), 'n')}`)
          .sort();
      };
      await waitUntil('the last desired state of every path is applied', async () =>
        isDeepStrictEqual(await stored(), desired.expected),
      );
      // Until leftover nodes of the old session would have been removed.
      await sleep(1.5 * timeoutMs);
      expect(await stored()).toEqual(desired.expected);
      console.info(`${made} writes deferred for ${names.length} paths; ${desired.expected.length} nodes exist`);
    },
    180_000,
  );

  const phases: readonly Phase[] = ['connecting', 'suspended', 'lost', 'connected'];
  it.each(phases)(
    'stop while %s in an outage ends soon, and leaves no node once the session has ended',
    async (phase) => {
      const registry = open({ servers: server.address, timeoutMs, offline: 'defer', lazy: true, logger: silent });
      onTestFinished(() => registry.stop());
      const paths = names.slice(0, 10).map((name) => `${folder}/${name}`);
      const register = () => Promise.all(paths.map((path) => registry.setNode(path, { n: 1 })));
      if (phase === 'connecting') await server.kill();
      else await register();
      await server.kill();
      if (phase === 'connecting') await register();
      // Again during the outage: deferred writes must not come back either.
      await waitUntil('the outage is noticed', () => registry.phase !== 'connected');
      await register();
      // Immediately after the reconnect, when everything is about to be re-registered.
      const restarted = phase === 'connected' ? server.restart() : undefined;
      await waitUntil(`it is ${phase}`, () => registry.phase === phase);
      const delays = monitorEventLoopDelay();
      delays.enable();
      const stoppedAt = performance.now();
      await registry.stop();
      // Without the load of other processes.
      const tookMs = performance.now() - stoppedAt - delays.max / 1e6;
      delays.disable();
      await (restarted ?? server.restart());
      await sleep(2 * timeoutMs);
      const bare = await BareClient.connect(server.address);
      onTestFinished(() => bare.close());
      console.info(`stop while ${phase}: ${tookMs.toFixed(0)} ms`);
      expect(
        await bare.getChildren('/').then((all) => (all.includes('desired') ? bare.getChildren(folder) : [])),
      ).toEqual([]);
      expect(tookMs).toBeLessThan(2 * timeoutMs);
    },
    180_000,
  );
});

/** Desired states of the nodes in one folder, and the nodes that must exist once the last one of each is applied. */
class DesiredNodes {
  readonly #registry: ServiceRegistry;
  readonly #last = new Map<string, number | null>();
  #count = 0;

  constructor(registry: ServiceRegistry) {
    this.#registry = registry;
  }

  get expected(): string[] {
    return [...this.#last].flatMap(([name, n]) => (n === null ? [] : [`${name}=${n}`])).sort();
  }

  /** A registration, data, or their removal, in turn; a path keeps its kind. */
  set(name: string): Promise<boolean> {
    const n = this.#count;
    this.#count += 1;
    const path = `${folder}/${name}`;
    const withdraw = n % 3 === 2;
    this.#last.set(name, withdraw ? null : n);
    if (withdraw) return this.#registry.unset(path);
    return name.endsWith('3') ? this.#registry.setData(path, { n }) : this.#registry.setNode(path, { n });
  }
}
