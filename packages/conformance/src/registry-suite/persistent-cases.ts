import assert from 'node:assert/strict';
import { NotEmptyError, NotOwnerError } from '@ndsr/core';
import { bytes, text } from '../support/node-bytes.js';
import { rejectsWith } from '../support/rejection.js';
import type { RegistryCase } from './registry-case.js';

/** setData and unset. */
export const persistentCases: readonly RegistryCase[] = [
  {
    name: 'setData writes a persistent node that outlives the registry',
    async run(scene) {
      const registry = await scene.started();
      assert.equal(await registry.setData('/config/app', { a: 1 }), true);
      await registry.stop();
      const { data, stat } = await scene.seenByOthers('/config/app');
      assert.deepEqual([data?.a, stat?.ephemeralOwner, stat?.version], [1, 0n, 0]);
    },
  },
  {
    name: 'setData of equal user data writes nothing, whichever client wrote it',
    async run(scene) {
      const [registry, otherClient] = [await scene.started(), await scene.otherClient()];
      await otherClient.create('/equal', bytes('{"created":"long ago","pid":1,"a":{"b":[1]}}'));
      const before = await otherClient.stat('/equal');
      assert.equal(await registry.setData('/equal', { a: { b: [1] } }), true);
      assert.equal(await registry.setData('/equal'), true);
      assert.deepEqual(await otherClient.stat('/equal'), before);
    },
  },
  {
    name: 'setData of other data is one write',
    async run(scene) {
      const [registry, otherClient] = [await scene.started(), await scene.otherClient()];
      await otherClient.create('/differs', bytes('not even JSON'));
      await registry.setData('/differs', { a: 1 });
      await registry.setData('/differs', { a: 2 });
      assert.equal((await otherClient.stat('/differs')).version, 2);
      assert.match(text((await otherClient.read('/differs')).data) ?? '', /"a":2/);
    },
  },
  {
    name: 'changes by others to persistent data are kept, and the previous value can be written again',
    async run(scene) {
      const [registry, otherClient] = [await scene.started(), await scene.otherClient()];
      await registry.setData('/followed', { a: 1 });
      await otherClient.write('/followed', bytes('{"a":2}'), 0);
      await scene.quiet();
      assert.equal(text((await otherClient.read('/followed')).data), '{"a":2}');
      await registry.setData('/followed', { a: 1 });
      assert.equal((await otherClient.stat('/followed')).version, 2);
      await otherClient.remove('/followed', 2);
      await scene.quiet();
      assert.equal((await otherClient.read('/followed')).stat, null);
      await registry.setData('/followed', { a: 1 });
      assert.equal((await otherClient.stat('/followed')).version, 0);
    },
  },
  {
    name: 'setData at a path that has children writes the data and leaves the children',
    async run(scene) {
      const registry = await scene.started();
      await registry.setNode('/parent/child', { c: 1 });
      assert.equal(await registry.setData('/parent', { own: true }), true);
      const { data, children } = await registry.get('/parent');
      assert.equal(data?.own, true);
      assert.equal(children.child?.c, 1);
    },
  },
  {
    name: 'setData at the path of a registration, our own or another client’s, rejects with NotOwnerError',
    async run(scene) {
      const [registry, otherClient] = [await scene.started(), await scene.otherClient()];
      await registry.setNode('/ours', { a: 1 });
      await otherClient.create('/theirs', bytes('{}'), 'ephemeral');
      for (const path of ['/ours', '/theirs']) {
        await rejectsWith(NotOwnerError, scene.within('setData', registry.setData(path, { b: 1 })), path);
        const { ephemeralOwner, version } = await otherClient.stat(path);
        assert.notEqual(ephemeralOwner, 0n);
        assert.equal(version, 0);
      }
    },
  },
  {
    name: 'two registries that write one path do not fight: the last one wins',
    async run(scene) {
      const [a, b] = await scene.pair();
      for (let n = 0; n < 5; n += 1) {
        await a.setData('/turns', { by: 'a', n });
        await b.setData('/turns', { by: 'b', n });
      }
      await scene.quiet();
      const { data, stat } = await scene.seenByOthers('/turns');
      assert.deepEqual([data?.by, data?.n, stat?.version], ['b', 4, 9]);
    },
  },
  {
    name: 'unset withdraws a registration, and it is not re-created',
    async run(scene) {
      const [registry, otherClient] = [await scene.started(), await scene.otherClient()];
      await registry.setNode('/withdrawn', { a: 1 });
      assert.equal(await registry.unset('/withdrawn'), true);
      assert.equal((await otherClient.read('/withdrawn')).stat, null);
      await otherClient.create('/withdrawn', bytes('{"by":"another"}'));
      await scene.quiet();
      assert.equal(text((await otherClient.read('/withdrawn')).data), '{"by":"another"}');
    },
  },
  {
    name: 'unset removes persistent data, whichever client wrote it',
    async run(scene) {
      const [registry, otherClient] = [await scene.started(), await scene.otherClient()];
      await registry.setData('/own', { a: 1 });
      await otherClient.create('/foreign', bytes('{"a":1}'));
      await otherClient.write('/foreign', bytes('{"a":2}'), 0);
      for (const path of ['/own', '/foreign']) {
        assert.equal(await registry.unset(path), true);
        assert.equal((await otherClient.read(path)).stat, null);
      }
    },
  },
  {
    name: 'unset of a path that does not exist resolves true',
    async run(scene) {
      const registry = await scene.started();
      assert.equal(await registry.unset('/missing'), true);
      assert.equal(await registry.unset('/missing/deeper', { force: true }), true);
      assert.equal((await scene.seenByOthers('/missing')).stat, null);
    },
  },
  {
    name: 'unset of a node with children rejects with NotEmptyError, and nothing is changed',
    async run(scene) {
      const [registry, otherClient] = [await scene.started(), await scene.otherClient()];
      await registry.setData('/full', { own: true });
      await registry.setNode('/full/child', { c: 1 });
      const before = await otherClient.read('/full');
      for (const force of [false, true]) {
        await rejectsWith(NotEmptyError, scene.within('unset', registry.unset('/full', { force })), '/full');
      }
      await scene.quiet();
      const after = await otherClient.read('/full');
      assert.deepEqual(after.stat, before.stat);
      assert.equal(text(after.data), text(before.data));
      await registry.unset('/full/child');
      await scene.quiet();
      assert.deepEqual((await otherClient.stat('/full')).numChildren, 0, 'a call that failed is not carried out later');
    },
  },
  {
    name: 'unset of another live session’s registration rejects with NotOwnerError, unless forced',
    async run(scene) {
      const [registry, otherClient] = [await scene.started(), await scene.otherClient()];
      await otherClient.create('/theirs', bytes('{"t":1}'), 'ephemeral');
      await rejectsWith(NotOwnerError, scene.within('unset', registry.unset('/theirs')), '/theirs');
      await rejectsWith(NotOwnerError, scene.within('set', registry.set('/theirs', { state: false })), '/theirs');
      assert.equal(text((await otherClient.read('/theirs')).data), '{"t":1}');
      assert.equal(await registry.unset('/theirs', { force: true }), true);
      assert.equal((await otherClient.read('/theirs')).stat, null);
    },
  },
];
