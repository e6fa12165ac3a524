import assert from 'node:assert/strict';
import { BackendError, NodeExistsError } from '@ndsr/core/backend';
import { bytes, childNames, text } from '../support/node-bytes.js';
import { outcomes, rejectsWith } from '../support/rejection.js';
import type { BackendCase } from './backend-case.js';

/** Duties 5, 6 and 9: `create` at a free path. */
export const createCases: readonly BackendCase[] = [
  {
    name: 'create makes a node that every client can read',
    async run(scene) {
      const [a, b] = await scene.pair();
      await a.create('/made', bytes('hello'));
      assert.equal(text((await a.read('/made')).data), 'hello');
      assert.equal(text((await b.read('/made')).data), 'hello');
    },
  },
  {
    name: 'a persistent node has no owner and outlives its session',
    async run(scene) {
      const [a, b] = await scene.pair();
      await a.create('/stays', bytes('x'));
      assert.equal((await a.stat('/stays')).ephemeralOwner, 0n);
      await a.close();
      assert.equal(text((await b.read('/stays')).data), 'x');
    },
  },
  {
    name: 'the owner of an ephemeral node is the session',
    async run(scene) {
      const [a, b] = await scene.pair();
      await a.create('/owned', bytes('x'), 'ephemeral');
      assert.equal((await b.stat('/owned')).ephemeralOwner, a.connection.session.id);
    },
  },
  {
    name: 'create makes the missing parents: persistent and without data',
    async run(scene) {
      const backend = await scene.connected();
      await backend.create('/p/q/r/leaf', bytes('x'), 'ephemeral');
      for (const path of ['/p', '/p/q', '/p/q/r']) {
        const { data, stat } = await backend.read(path);
        assert.equal(data, null, path);
        assert.equal(stat?.ephemeralOwner, 0n, path);
        assert.equal(stat?.version, 0, path);
      }
    },
  },
  {
    name: 'create leaves existing parents alone',
    async run(scene) {
      const [a, b] = await scene.pair();
      await a.create('/parent', bytes('own data'));
      const before = await a.stat('/parent');
      await b.create('/parent/child', bytes('x'));
      const { data, stat } = await a.read('/parent');
      assert.equal(text(data), 'own data');
      assert.equal(stat?.czxid, before.czxid);
      assert.equal(stat?.version, 0);
    },
  },
  {
    name: 'create of a path that is taken rejects with NodeExistsError and changes nothing',
    async run(scene) {
      const [a, b] = await scene.pair();
      await a.create('/taken', bytes('first'), 'ephemeral');
      const before = await a.stat('/taken');
      await rejectsWith(NodeExistsError, a.create('/taken', bytes('second')), '/taken');
      await rejectsWith(NodeExistsError, b.create('/taken', bytes('third'), 'ephemeral'), '/taken');
      const { data, stat } = await b.read('/taken');
      assert.equal(text(data), 'first');
      assert.deepEqual(stat, before);
    },
  },
  {
    name: 'of several creates of one path one succeeds, the others reject with NodeExistsError',
    async run(scene) {
      const [a, b] = await scene.pair();
      const calls = Array.from({ length: 10 }, (_, i) => (i % 2 ? a : b).create('/race/node', bytes(`${i}`)));
      const { resolved, errors } = await outcomes(calls);
      assert.equal(resolved, 1);
      for (const error of errors) assert.ok(error instanceof NodeExistsError, String(error));
    },
  },
  {
    name: 'concurrent creates share the parents that they create',
    async run(scene) {
      const [a, b] = await scene.pair();
      const names = Array.from({ length: 20 }, (_, i) => `n${i}`);
      await Promise.all(names.map((name, i) => (i % 2 ? a : b).create(`/deep/er/still/${name}`, bytes(name))));
      assert.deepEqual(childNames(await a.read('/deep/er/still', 'names')), names.sort());
    },
  },
  {
    name: 'create below an ephemeral node is refused',
    async run(scene) {
      const backend = await scene.connected();
      await backend.create('/leaf', bytes('x'), 'ephemeral');
      await rejectsWith(BackendError, backend.create('/leaf/child', bytes('x')));
      assert.equal((await backend.stat('/leaf')).numChildren, 0);
    },
  },
  {
    name: 'a path can be created again after it was removed, as a new node',
    async run(scene) {
      const backend = await scene.connected();
      await backend.create('/again', bytes('one'));
      await backend.write('/again', bytes('two'), 0);
      const before = await backend.stat('/again');
      await backend.remove('/again', 1);
      await backend.create('/again', bytes('three'), 'ephemeral');
      const { data, stat } = await backend.read('/again');
      assert.equal(text(data), 'three');
      assert.equal(stat?.version, 0);
      assert.ok(stat.czxid > before.mzxid);
    },
  },
];
