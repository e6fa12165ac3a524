import assert from 'node:assert/strict';
import { NotEmptyError, ServiceRegistryError } from '@ndsr/core';
import { bytes, childTexts, text } from '../support/node-bytes.js';
import { rejectsWith } from '../support/rejection.js';
import type { RegistryCase } from './registry-case.js';

/** setNode: creating registrations and keeping them alive. */
export const registrationCases: readonly RegistryCase[] = [
  {
    name: 'setNode resolves true once the node exists, ephemeral, under persistent parents',
    async run(scene) {
      const [registry, otherClient] = [await scene.started(), await scene.otherClient()];
      const log = scene.events(registry);
      assert.equal(await registry.setNode('/a/b/node', { x: 1 }), true);
      assert.notEqual((await otherClient.stat('/a/b/node')).ephemeralOwner, 0n);
      for (const parent of ['/a', '/a/b']) {
        const { data, stat } = await otherClient.read(parent);
        assert.deepEqual([data, stat?.ephemeralOwner], [null, 0n]);
      }
      assert.deepEqual(log.registrations, ['registered /a/b/node']);
    },
  },
  {
    name: 'setNode of the same data again writes nothing and keeps the time',
    async run(scene) {
      const [registry, otherClient] = [await scene.started(), await scene.otherClient()];
      await registry.setNode('/same', { a: 1, b: { c: [2] } });
      const before = await otherClient.read('/same');
      assert.equal(await registry.setNode('/same', { b: { c: [2] }, a: 1 }), true);
      assert.equal(await registry.setNode('/same'), true);
      const after = await otherClient.read('/same');
      assert.deepEqual(after.stat, before.stat);
      assert.equal(text(after.data), text(before.data));
    },
  },
  {
    name: 'setNode of other data is one write on the same node',
    async run(scene) {
      const [registry, otherClient] = [await scene.started(), await scene.otherClient()];
      await registry.setNode('/other', { a: 1 });
      const before = await otherClient.stat('/other');
      await registry.setNode('/other', { a: 2 });
      await registry.setNode('/other', {});
      const after = await otherClient.stat('/other');
      assert.deepEqual([after.czxid, after.version], [before.czxid, 2]);
      assert.match(text((await otherClient.read('/other')).data) ?? '', /^\{"pid":\d+,"created":"[^"]*"\}$/);
    },
  },
  {
    name: 'of concurrent calls the last one wins',
    async run(scene) {
      const registry = await scene.started();
      await Promise.all([1, 2, 3].map((n) => registry.setNode('/last', { n })));
      assert.equal((await scene.seenByOthers('/last')).data?.n, 3);
      await Promise.all([registry.setNode('/last', { n: 4 }), registry.unset('/last')]);
      assert.equal((await scene.seenByOthers('/last')).stat, null);
      await Promise.all([registry.unset('/last'), registry.setNode('/last', { n: 5 })]);
      assert.equal((await scene.seenByOthers('/last')).data?.n, 5);
    },
  },
  {
    name: 'set with state false makes sure that the node does not exist, and the next set that it does',
    async run(scene) {
      const registry = await scene.started();
      const log = scene.events(registry);
      assert.equal(await registry.set('/s', { data: { a: 1 } }), true);
      assert.equal(await registry.set('/s', { state: false }), true);
      assert.equal((await scene.seenByOthers('/s')).stat, null);
      assert.equal(await registry.setNode('/s', { a: 2 }, { state: true }), true);
      assert.equal(await registry.setNode('/s', null, { state: false }), true);
      assert.equal((await scene.seenByOthers('/s')).stat, null);
      assert.deepEqual(log.registrations, [
        'registered /s',
        'unregistered /s unset',
        'registered /s',
        'unregistered /s unset',
      ]);
    },
  },
  {
    name: 'a registration that another client deletes is re-created with the same bytes, again and again',
    async run(scene) {
      const [registry, otherClient] = [await scene.started(), await scene.otherClient()];
      const log = scene.events(registry);
      await registry.setNode('/restored', { a: 1 });
      const before = await otherClient.read('/restored');
      const watch = await otherClient.watching('/restored');
      for (let life = before.stat?.czxid ?? 0n, round = 0; round < 3; round += 1) {
        await otherClient.remove('/restored', 0);
        const back = await watch.until('the next life', ({ stat }) => stat !== null && stat.czxid > life);
        assert.equal(text(back.data), text(before.data));
        assert.equal(back.stat?.ephemeralOwner, before.stat?.ephemeralOwner);
        life = back.stat?.czxid ?? life;
      }
      const round = ['unregistered /restored removed', 'registered /restored'];
      await log.until('three rounds', ({ registrations }) => registrations.length >= 7);
      assert.deepEqual(log.registrations, ['registered /restored', ...round, ...round, ...round]);
    },
  },
  {
    name: 'a registration that another client overwrites gets its bytes back',
    async run(scene) {
      const [registry, otherClient] = [await scene.started(), await scene.otherClient()];
      await registry.setNode('/restored', { a: 1 });
      const before = text((await otherClient.read('/restored')).data);
      const watch = await otherClient.watching('/restored');
      await otherClient.write('/restored', bytes('{"by":"a stranger"}'), 0);
      await watch.until('the bytes of before', ({ data, stat }) => stat?.version === 2 && text(data) === before);
    },
  },
  {
    name: 'another client’s write of the same data in a different form is left alone',
    async run(scene) {
      const [registry, otherClient] = [await scene.started(), await scene.otherClient()];
      await registry.setNode('/spelled', { a: 1, pid: 7, created: 'then' });
      await otherClient.write('/spelled', bytes('{ "a": 1, "created": "then", "pid": 7 }'), 0);
      await scene.quiet();
      assert.equal((await otherClient.stat('/spelled')).version, 1);
    },
  },
  {
    name: 'a persistent node at the path is replaced when it has no children',
    async run(scene) {
      const [registry, otherClient] = [await scene.started(), await scene.otherClient()];
      await otherClient.create('/was-persistent', bytes('{"old":true}'));
      assert.equal(await registry.setNode('/was-persistent', { a: 1 }), true);
      assert.notEqual((await otherClient.stat('/was-persistent')).ephemeralOwner, 0n);
      await registry.stop();
      assert.equal((await otherClient.read('/was-persistent')).stat, null);
    },
  },
  {
    name: 'a persistent node with children at the path is refused with NotEmptyError, and stays unchanged',
    async run(scene) {
      const [registry, otherClient] = [await scene.started(), await scene.otherClient()];
      await otherClient.create('/full', bytes('{"own":true}'));
      await otherClient.create('/full/child', bytes('{"c":1}'));
      const before = await otherClient.stat('/full');
      await rejectsWith(NotEmptyError, scene.within('setNode', registry.setNode('/full', { a: 1 })), '/full');
      const after = await otherClient.read('/full');
      assert.deepEqual(after.stat, before);
      assert.deepEqual(childTexts(after), new Map([['child', '{"c":1}']]));
      await otherClient.remove('/full/child', 0);
      await scene.quiet();
      assert.equal((await otherClient.stat('/full')).ephemeralOwner, 0n, 'a call that failed is not carried out later');
    },
  },
  {
    name: 'a node below a registration is refused, and nothing of it remains',
    async run(scene) {
      const [registry, otherClient] = [await scene.started(), await scene.otherClient()];
      await registry.setNode('/leaf', { a: 1 });
      const error = await scene.within(
        'setNode',
        registry.setNode('/leaf/below', { a: 1 }).then(
          () => undefined,
          (thrown: unknown) => thrown,
        ),
      );
      assert.ok(error instanceof ServiceRegistryError, String(error));
      assert.equal((await otherClient.stat('/leaf')).numChildren, 0);
    },
  },
  {
    name: 'a hundred concurrent registrations all exist, and are all deleted at stop',
    async run(scene) {
      const [registry, other] = await scene.pair();
      const names = Array.from({ length: 100 }, (_, i) => `n${i}`);
      const results = await Promise.all(names.map((name) => registry.setNode(`/many/${name}`, { name })));
      assert.ok(results.every(Boolean));
      const log = await scene.watching(other, '/many');
      assert.deepEqual(Object.keys(log.last?.children ?? {}), names.sort());
      await registry.stop();
      await log.until('none', ({ children }) => Object.keys(children).length === 0);
    },
  },
];
