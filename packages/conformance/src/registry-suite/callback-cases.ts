import assert from 'node:assert/strict';
import type { NodeSnapshot } from '@ndsr/core';
import { bytes } from '../support/node-bytes.js';
import type { RegistryCase } from './registry-case.js';

/** The contract of callbacks. Every call in every case is also checked for equal values, for frozen snapshots, and for
 * changes that lead from the snapshot before to the one that it gets. */
export const callbackCases: readonly RegistryCase[] = [
  {
    name: 'a callback runs once with the known snapshot, then after each change',
    async run(scene) {
      const [registry, other] = await scene.pair();
      await other.setData('/called', { a: 1 });
      const log = await scene.watching(registry, '/called');
      await scene.quiet();
      assert.equal(log.calls, 1);
      assert.equal(log.last?.data?.a, 1);
      await other.setData('/called', { a: 2 });
      await log.until('the change', ({ data }) => data?.a === 2);
      await other.setNode('/called/child', { b: 1 });
      await log.until('the child', ({ children }) => children.child?.b === 1);
      await other.setNode('/called/child', { b: 2 });
      await log.until("the child's data", ({ children }) => children.child?.b === 2);
      await other.unset('/called/child');
      await log.until('no child', ({ children }) => Object.keys(children).length === 0);
      await other.unset('/called');
      await log.until('the end', ({ stat }) => stat === null);
    },
  },
  {
    name: 'the callback of get runs with the result before get resolves',
    async run(scene) {
      const [registry, other] = await scene.pair();
      await other.setData('/called', { a: 1 });
      const log = scene.snapshots();
      const snapshot = await registry.get('/called', { callback: log.callback });
      assert.deepEqual(log.snapshots, [snapshot]);
      await other.setData('/called', { a: 2 });
      await log.until('the change', ({ data }) => data?.a === 2);
    },
  },
  {
    name: 'the same function is added once per path, no matter how often and by which call',
    async run(scene) {
      const [registry, other] = await scene.pair();
      const calls: string[] = [];
      const callback = ({ path }: NodeSnapshot): void => void calls.push(path);
      registry.addCallback('/one', callback);
      registry.addCallback('/one', callback);
      await registry.get('/one', { callback });
      await registry.get('/two', { callback });
      await scene.quiet();
      assert.deepEqual(calls, ['/one', '/two']);
      await other.setData('/one', { a: 1 });
      await scene.eventually('the change', () => calls.length > 2);
      await scene.quiet();
      assert.deepEqual(calls, ['/one', '/two', '/one']);
    },
  },
  {
    name: 'a change elsewhere calls no callback',
    async run(scene) {
      const [registry, other] = await scene.pair();
      const log = await scene.watching(registry, '/quiet');
      await other.setData('/elsewhere', { a: 1 });
      await other.setData('/quiet-2', { a: 1 });
      await scene.quiet();
      assert.equal(log.calls, 1);
    },
  },
  {
    name: 'an async callback never runs concurrently with itself, and then receives the latest snapshot',
    async run(scene) {
      const [registry, other] = await scene.pair();
      const seen: unknown[] = [];
      let running = 0;
      let letGo: () => void = () => undefined;
      const written = new Promise<void>((resolve) => {
        letGo = resolve;
      });
      const callback = async ({ data }: NodeSnapshot): Promise<void> => {
        running += 1;
        assert.equal(running, 1, 'two at the same time');
        seen.push(data?.n ?? null);
        // The first run lasts until everything has been written, however slow that is.
        await written;
        running -= 1;
      };
      const log = scene.events(registry);
      const get = registry.get('/slow', { callback });
      await scene.within('get', get);
      for (let n = 1; n <= 20; n += 1) await other.setData('/slow', { n });
      await scene.eventually('the last value reached us', () => registry.peek('/slow')?.data?.n === 20);
      letGo();
      await scene.eventually('the last value', () => seen.at(-1) === 20);
      assert.deepEqual(seen, [null, 20], 'what came meanwhile is merged');
      assert.deepEqual(log.faults, []);
    },
  },
  {
    name: 'a callback that throws or rejects is reported as a fault, stays subscribed, and does not affect others',
    async run(scene) {
      const [registry, other] = await scene.pair();
      const events = scene.events(registry);
      const calls = { throwing: 0, rejecting: 0 };
      registry.addCallback('/bad', () => {
        calls.throwing += 1;
        throw new Error('thrown on purpose');
      });
      registry.addCallback('/bad', async () => {
        calls.rejecting += 1;
        throw new Error('rejected on purpose');
      });
      const log = await scene.watching(registry, '/bad');
      await other.setData('/bad', { a: 1 });
      await log.until('the change', ({ data }) => data?.a === 1);
      await events.until('four faults', ({ faults }) => faults.length >= 4);
      assert.deepEqual(calls, { throwing: 2, rejecting: 2 });
      for (const fault of events.faults) {
        assert.deepEqual([fault.code, fault.path], ['ERR_NDSR_CALLBACK', '/bad']);
        assert.match(String(fault.cause), /on purpose/);
      }
    },
  },
  {
    name: 'get resolves although its callback throws',
    async run(scene) {
      const registry = await scene.started();
      const events = scene.events(registry);
      const callback = (): never => {
        throw new Error('thrown on purpose');
      };
      assert.equal((await registry.get('/bad', { callback })).path, '/bad');
      assert.equal(events.faults.length, 1);
    },
  },
  {
    name: 'a removed callback is not called again; the others are',
    async run(scene) {
      const [registry, other] = await scene.pair();
      const [removed, kept] = [await scene.watching(registry, '/r'), await scene.watching(registry, '/r')];
      assert.equal(registry.removeCallback('/r', removed.callback), true);
      assert.equal(registry.removeCallback('/r', removed.callback), false);
      assert.equal(registry.removeCallback('/other', kept.callback), false);
      await other.setData('/r', { a: 1 });
      await kept.until('the change', ({ data }) => data?.a === 1);
      assert.equal(removed.calls, 1);
    },
  },
  {
    name: 'a callback may remove itself and call the registry',
    async run(scene) {
      const [registry, other] = await scene.pair();
      let calls = 0;
      const inner = scene.snapshots();
      const callback = ({ path }: NodeSnapshot): void => {
        calls += 1;
        registry.removeCallback(path, callback);
        registry.addCallback('/inner', inner.callback);
      };
      await registry.get('/outer', { callback });
      await other.setData('/outer', { a: 1 });
      await other.setData('/inner', { a: 1 });
      await inner.until('the change', ({ data }) => data?.a === 1);
      assert.equal(calls, 1);
    },
  },
  {
    name: "a callback with children 'names' receives names, and no changes of the children's data",
    async run(scene) {
      const [registry, other] = await scene.pair();
      await other.setNode('/names/a', { n: 1 });
      const [names, data] = [
        await scene.watching(registry, '/names', 'names'),
        await scene.watching(registry, '/names', 'data'),
      ];
      await other.setNode('/names/a', { n: 2 });
      await data.until("the child's data", ({ children }) => children.a?.n === 2);
      await scene.quiet();
      assert.equal(names.calls, 1);
      await other.setNode('/names/b', { n: 1 });
      const { children } = await names.until('the second name', (snapshot) => 'b' in snapshot.children);
      assert.deepEqual(Object.entries(children), [
        ['a', null],
        ['b', null],
      ]);
    },
  },
  {
    name: 'quick changes may be merged, but the last one is delivered',
    async run(scene) {
      const [registry, otherClient] = [await scene.started(), await scene.otherClient()];
      await otherClient.create('/quick', bytes('{"n":-1}'));
      const log = await scene.watching(registry, '/quick');
      for (let n = 0; n < 100; n += 1) await otherClient.write('/quick', bytes(`{"n":${n}}`), n);
      await log.until('the last value', ({ data }) => data?.n === 99);
      const order = log.snapshots.map(({ data }) => Number(data?.n));
      assert.deepEqual(
        order,
        [...order].sort((a, b) => a - b),
      );
    },
  },
  {
    name: 'a path that is removed and created again is still followed, with its children',
    async run(scene) {
      const [registry, other] = await scene.pair();
      await other.setNode('/life/old', { n: 1 });
      const log = await scene.watching(registry, '/life');
      await other.unset('/life/old');
      await other.unset('/life');
      await log.until('the end', ({ stat }) => stat === null);
      await other.setNode('/life/new', { n: 2 });
      await log.until('the new child', ({ children }) => children.new?.n === 2);
      await other.setNode('/life/new', { n: 3 });
      await log.until('its new data', ({ children }) => children.new?.n === 3);
    },
  },
];
