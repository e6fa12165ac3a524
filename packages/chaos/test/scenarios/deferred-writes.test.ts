import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { failureTable, quote } from '@ndsr/conformance/failure-table';
import type { Phase, ServiceRegistry } from '@ndsr/core';
import { waitUntil } from '@ndsr/test-support';
import { ZooKeeperServer } from '@ndsr/zookeeper-testing';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { BareClient } from '../../../zookeeper-js/test/scenarios/bare-client.js';
import { zooKeepers } from './support/backends.js';

const timeoutMs = 2_000;
const folder = '/wishes';
const names = Array.from({ length: 40 }, (_, index) => `w${index}`);
const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/** How long the server is down: the session lives on, or it is thrown away. */
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
      const wishes = new Wishes(registry);
      // Half of them stand before, in both kinds.
      await Promise.all(names.filter((_name, index) => index % 2 === 0).map((name) => wishes.wish(name)));
      await server.kill();
      await waitUntil('the outage is noticed', () => registry.phase !== 'connected');
      const until = performance.now() + downMs;
      let made = 0;
      while (performance.now() < until || made < names.length) {
        const calls = Array.from({ length: 10 }, (_call, index) =>
          wishes.wish(names[(made + index * 7) % names.length] ?? ''),
        );
        expect(new Set(await Promise.all(calls))).toEqual(new Set([false]));
        made += calls.length;
        await sleep(20);
      }
      await server.restart();
      await waitUntil('the registry is connected', () => registry.getState());
      const bare = await BareClient.connect(server.address);
      onTestFinished(() => bare.close());
      const truth = async (): Promise<string[]> => {
        const children = await bare.readService(folder);
        return Object.entries(children)
          .map(([name, data]) => `${name}=${Reflect.get(Object(data), 'n')}`)
          .sort();
      };
      await waitUntil('every last wish has come true', async () => isDeepStrictEqual(await truth(), wishes.expected));
      // Until the ghosts of the old session would be gone, and with them what was theirs alone.
      await sleep(1.5 * timeoutMs);
      expect(await truth()).toEqual(wishes.expected);
      console.info(`${made} wishes put off for ${names.length} paths; ${wishes.expected.length} nodes stand`);
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
      // Once more during the outage: what is put off must not come back either.
      await waitUntil('the outage is noticed', () => registry.phase !== 'connected');
      await register();
      // In its very first moments, with everything about to be registered again.
      const restarted = phase === 'connected' ? server.restart() : undefined;
      await waitUntil(`it is ${phase}`, () => registry.phase === phase);
      const delays = monitorEventLoopDelay();
      delays.enable();
      const stoppedAt = performance.now();
      await registry.stop();
      // Without what others kept the machine busy with.
      const tookMs = performance.now() - stoppedAt - delays.max / 1e6;
      delays.disable();
      await (restarted ?? server.restart());
      await sleep(2 * timeoutMs);
      const bare = await BareClient.connect(server.address);
      onTestFinished(() => bare.close());
      console.info(`stop while ${phase}: ${tookMs.toFixed(0)} ms`);
      expect(
        await bare.getChildren('/').then((all) => (all.includes('wishes') ? bare.getChildren(folder) : [])),
      ).toEqual([]);
      expect(tookMs).toBeLessThan(2 * timeoutMs);
    },
    180_000,
  );
});

/** Wishes for nodes of one folder, and what must be there when the last one of each has come true. */
class Wishes {
  readonly #registry: ServiceRegistry;
  readonly #last = new Map<string, number | null>();
  #count = 0;

  constructor(registry: ServiceRegistry) {
    this.#registry = registry;
  }

  get expected(): string[] {
    return [...this.#last].flatMap(([name, n]) => (n === null ? [] : [`${name}=${n}`])).sort();
  }

  /** A registration, data or their withdrawal, in turn; a path keeps its kind. */
  wish(name: string): Promise<boolean> {
    const n = this.#count;
    this.#count += 1;
    const path = `${folder}/${name}`;
    const withdraw = n % 3 === 2;
    this.#last.set(name, withdraw ? null : n);
    if (withdraw) return this.#registry.unset(path);
    return name.endsWith('3') ? this.#registry.setData(path, { n }) : this.#registry.setNode(path, { n });
  }
}
