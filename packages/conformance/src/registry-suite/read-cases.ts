import assert from 'node:assert/strict';
import { bytes, noBytes } from '../support/node-bytes.js';
import { forLater } from '../support/rejection.js';
import type { RegistryCase } from './registry-case.js';
import { isDeeplyFrozen } from './snapshot-log.js';

/** No fixture requests a longer timeout than the default. */
const sessionTimeoutMs = 5_000;
const createdFormat = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/;

/** get, peek, freshness, unwatch, and the content of a snapshot. */
export const readCases: readonly RegistryCase[] = [
  {
    name: 'a server that registers itself is seen by another registry, with its data, pid and time',
    async run(scene) {
      const [server, client] = await scene.pair();
      assert.equal(await server.setNode('/production/ssh/server1:22', { foo: 'bar' }), true);
      const { path, data, children, stat } = await client.get('/production/ssh');
      assert.equal(path, '/production/ssh');
      assert.equal(data, null);
      assert.deepEqual(Object.keys(children), ['server1:22']);
      const { created, ...rest } = children['server1:22'] ?? {};
      assert.deepEqual(rest, { pid: process.pid, foo: 'bar' });
      assert.match(String(created), createdFormat);
      assert.equal(stat?.numChildren, 1);
    },
  },
  {
    name: "a snapshot's stat has the eleven fields, ids as bigint, and the rest as numbers",
    async run(scene) {
      const [server, client] = await scene.pair();
      await server.setNode('/stat', { foo: 'bar' });
      const { stat } = await client.get('/stat');
      assert.ok(stat !== null);
      const types = Object.fromEntries(Object.entries(stat).map(([field, value]) => [field, typeof value]));
      assert.deepEqual(types, {
        czxid: 'bigint',
        mzxid: 'bigint',
        pzxid: 'bigint',
        ephemeralOwner: 'bigint',
        ctime: 'number',
        mtime: 'number',
        version: 'number',
        cversion: 'number',
        aversion: 'number',
        dataLength: 'number',
        numChildren: 'number',
      });
      assert.notEqual(stat.ephemeralOwner, 0n);
      assert.equal(stat.version, 0);
    },
  },
  {
    name: 'a path that does not exist is an empty snapshot, and is followed once it is created',
    async run(scene) {
      const [registry, other] = await scene.pair();
      const absent = await registry.get('/absent/still');
      assert.deepEqual([absent.path, absent.data, absent.stat], ['/absent/still', null, null]);
      assert.deepEqual(Object.keys(absent.children), []);
      assert.ok(isDeeplyFrozen(absent));
      const log = await scene.watching(registry, '/absent/still');
      await other.setData('/absent/still', { a: 1 });
      await log.until('the node', ({ data }) => data?.a === 1);
    },
  },
  {
    name: 'snapshots are deeply frozen, and an equal value is the same object',
    async run(scene) {
      const [registry, other] = await scene.pair();
      await other.setData('/frozen', { deep: { list: [1, { a: 2 }] } });
      await other.setNode('/frozen/child', { deep: { b: [3] } });
      const first = await registry.get('/frozen');
      assert.ok(isDeeplyFrozen(first));
      await other.setData('/elsewhere', { a: 1 });
      await registry.get('/elsewhere');
      assert.equal(await registry.get('/frozen'), first);
      assert.equal(registry.peek('/frozen'), first);
      const log = await scene.watching(registry, '/frozen');
      assert.equal(log.last, first);
      await other.setNode('/frozen/child', { c: 4 });
      const second = await log.until('the new data', ({ children }) => children.child?.c === 4);
      assert.notEqual(second, first);
      assert.ok(isDeeplyFrozen(second));
      assert.equal(first.children.child?.c, undefined);
    },
  },
  {
    name: 'children are a record without prototype, in the order of their names, null for one without data',
    async run(scene) {
      const [registry, otherClient] = [await scene.started(), await scene.otherClient()];
      for (const name of ['b', 'a:80', 'c', 'B']) await otherClient.create(`/sorted/${name}`, bytes(`{"n":"${name}"}`));
      await otherClient.create('/sorted/empty', noBytes);
      const { children } = await registry.get('/sorted');
      assert.equal(Object.getPrototypeOf(children), null);
      assert.deepEqual(Object.keys(children), ['B', 'a:80', 'b', 'c', 'empty']);
      assert.equal(children.empty, null);
      assert.equal(children.b?.n, 'b');
    },
  },
  {
    name: "children 'names' and 'data' of one path can be read side by side, the names only and the data too",
    async run(scene) {
      const [registry, other] = await scene.pair();
      await other.setNode('/detail/child', { a: 1 });
      const names = await registry.get('/detail', { children: 'names' });
      const data = await registry.get('/detail', { children: 'data' });
      const again = await registry.get('/detail', { children: 'names' });
      assert.deepEqual([names.children.child, again.children.child], [null, null]);
      assert.equal(data.children.child?.a, 1);
      assert.equal((await registry.get('/detail')).children.child?.a, 1);
    },
  },
  {
    name: 'names seen by one callback and data seen by another do not call either twice',
    async run(scene) {
      const [registry, other] = await scene.pair();
      await other.setNode('/both/child', { a: 1 });
      const names = await scene.watching(registry, '/both', 'names');
      const data = await scene.watching(registry, '/both', 'data');
      await scene.quiet();
      assert.deepEqual([names.calls, data.calls], [1, 1]);
      await other.setNode('/both/child', { a: 2 });
      await data.until('the new data', ({ children }) => children.child?.a === 2);
      await scene.quiet();
      assert.deepEqual([names.calls, data.calls], [1, 2]);
    },
  },
  {
    name: 'peek returns known snapshots only',
    async run(scene) {
      const [registry, other] = await scene.pair();
      await other.setData('/peeked', { a: 1 });
      assert.equal(registry.peek('/peeked'), undefined);
      const seen = await registry.get('/peeked');
      assert.equal(registry.peek('/peeked'), seen);
      const log = await scene.watching(registry, '/peeked');
      await other.setData('/peeked', { a: 2 });
      assert.equal(await log.until('the change', ({ data }) => data?.a === 2), registry.peek('/peeked'));
    },
  },
  {
    name: 'freshness of a watched path is live, as of the last answer of the servers',
    async run(scene) {
      const registry = await scene.started();
      assert.equal(registry.freshness('/fresh'), undefined);
      await registry.get('/fresh');
      const now = Date.now();
      const freshness = registry.freshness('/fresh');
      assert.deepEqual([freshness?.origin, freshness?.held], ['live', false]);
      const { asOf, ageMs } = freshness ?? {};
      assert.ok(typeof ageMs === 'number' && ageMs >= 0 && ageMs < sessionTimeoutMs, `${ageMs} ms`);
      assert.ok(asOf instanceof Date && Math.abs(now - ageMs - asOf.getTime()) < 1_000, `${asOf?.toISOString()}`);
    },
  },
  {
    name: 'unwatch drops a path: its snapshot and its callbacks',
    async run(scene) {
      const [registry, other] = await scene.pair();
      const log = await scene.watching(registry, '/let-go');
      registry.unwatch('/let-go');
      assert.equal(registry.peek('/let-go'), undefined);
      assert.equal(registry.freshness('/let-go'), undefined);
      await other.setData('/let-go', { a: 1 });
      await scene.quiet();
      assert.equal(log.calls, 1);
      assert.equal((await registry.get('/let-go')).data?.a, 1);
      registry.unwatch('/never-watched');
    },
  },
  {
    name: 'get with waitMs resolves as soon as there are enough children',
    async run(scene) {
      const [registry, other] = await scene.pair();
      const one = forLater(registry.get('/waited', { waitMs: 60_000 }));
      const two = forLater(registry.get('/waited', { waitMs: 60_000, minChildren: 2 }));
      await scene.quiet();
      await other.setNode('/waited/first');
      assert.deepEqual(Object.keys((await scene.within('one child', one)).children), ['first']);
      await other.setNode('/waited/second');
      assert.deepEqual(Object.keys((await scene.within('two children', two)).children), ['first', 'second']);
    },
  },
  {
    name: 'get with waitMs rejects when there are too few children at the end',
    async run(scene) {
      const registry = await scene.started();
      await registry.setNode('/waited/only');
      const tooFew = { code: 'ERR_NDSR_TIMEOUT', path: '/waited' };
      await assert.rejects(registry.get('/waited', { waitMs: 30, minChildren: 2 }), tooFew);
      await assert.rejects(registry.get('/waited', { waitMs: 0, minChildren: 2 }), tooFew);
      await assert.rejects(registry.get('/nothing', { waitMs: 30 }), { code: 'ERR_NDSR_TIMEOUT', path: '/nothing' });
      assert.equal((await registry.get('/nothing', { waitMs: 30, minChildren: 0 })).stat, null);
    },
  },
  {
    name: "get with waitMs and onTimeout 'resolve' resolves to the present snapshot when the time is over",
    async run(scene) {
      const registry = await scene.started();
      await registry.setNode('/waited/only');
      const { children } = await registry.get('/waited', { waitMs: 30, minChildren: 2, onTimeout: 'resolve' });
      assert.deepEqual(Object.keys(children), ['only']);
      assert.equal((await registry.get('/nothing', { waitMs: 30, onTimeout: 'resolve' })).stat, null);
    },
  },
  {
    name: "get rejects with the signal's reason, before and while it waits",
    async run(scene) {
      const registry = await scene.started();
      const reason = new Error('no more patience');
      await assert.rejects(registry.get('/waited', { signal: AbortSignal.abort(reason) }), reason);
      const controller = new AbortController();
      const waiting = forLater(registry.get('/waited', { waitMs: 60_000, signal: controller.signal }));
      await scene.quiet();
      controller.abort(reason);
      await assert.rejects(scene.within('the aborted call', waiting), reason);
    },
  },
  {
    name: 'a call that has resolved is visible to the next get of the same registry, in the node and in its parent',
    async run(scene) {
      const registry = await scene.started();
      await registry.get('/own/node');
      await registry.get('/own');
      await registry.setNode('/own/node', { a: 1 });
      assert.equal((await registry.get('/own/node')).data?.a, 1);
      assert.equal((await registry.get('/own')).children.node?.a, 1);
      await registry.setNode('/own/node', { a: 2 });
      assert.equal((await registry.get('/own/node')).data?.a, 2);
      assert.equal((await registry.get('/own')).children.node?.a, 2);
      await registry.unset('/own/node');
      assert.equal((await registry.get('/own/node')).stat, null);
      assert.deepEqual(Object.keys((await registry.get('/own')).children), []);
      await registry.setData('/own/data', { b: 1 });
      assert.equal((await registry.get('/own')).children.data?.b, 1);
      assert.equal((await registry.get('/own')).stat?.numChildren, 1);
    },
  },
];
