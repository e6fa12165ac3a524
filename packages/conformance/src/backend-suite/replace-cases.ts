import assert from 'node:assert/strict';
import { BadVersionError, NodeExistsError, NoNodeError, NotEmptyError } from '@ndsr/core/backend';
import { bytes, childTexts, text } from '../support/node-bytes.js';
import { outcomes, rejectsWith } from '../support/rejection.js';
import type { BackendCase } from './backend-case.js';

/** Duty 5: `create` with `replacing`. */
export const replaceCases: readonly BackendCase[] = [
  {
    name: 'a replacement is a new node at the path with its own bytes, kind and owner',
    async run(scene) {
      const [a, b] = await scene.pair();
      await a.create('/s/node', bytes('ghost'), 'ephemeral');
      await a.write('/s/node', bytes('ghost again'), 0);
      const before = await b.stat('/s/node');
      await b.replace('/s/node', bytes('new'), 1);
      const { data, stat } = await a.read('/s/node');
      assert.equal(text(data), 'new');
      assert.equal(stat?.ephemeralOwner, b.connection.session.id);
      assert.equal(stat.version, 0);
      assert.ok(stat.czxid > before.mzxid);
    },
  },
  {
    name: 'a replaced ephemeral node does not end with the session that owned it before',
    async run(scene) {
      const [a, b] = await scene.pair();
      await a.create('/s/node', bytes('ghost'), 'ephemeral');
      await b.replace('/s/node', bytes('new'), 0);
      await a.close();
      await scene.quiet();
      assert.equal(text((await b.read('/s/node')).data), 'new');
    },
  },
  {
    name: 'a persistent node can be replaced by an ephemeral one, and the other way round',
    async run(scene) {
      const backend = await scene.connected();
      await backend.create('/s', bytes('persistent'));
      await backend.replace('/s', bytes('ephemeral'), 0, 'ephemeral');
      assert.equal((await backend.stat('/s')).ephemeralOwner, backend.connection.session.id);
      await backend.replace('/s', bytes('persistent'), 0, 'persistent');
      assert.equal((await backend.stat('/s')).ephemeralOwner, 0n);
    },
  },
  {
    name: 'a replacement of another version rejects with BadVersionError and changes nothing',
    async run(scene) {
      const [a, b] = await scene.pair();
      await a.create('/s', bytes('x'), 'ephemeral');
      const before = await a.stat('/s');
      await rejectsWith(BadVersionError, b.replace('/s', bytes('never'), 1), '/s');
      assert.deepEqual(await a.stat('/s'), before);
      assert.equal(text((await b.read('/s')).data), 'x');
    },
  },
  {
    name: 'a replacement of version 0 rejects with BadVersionError when the node was changed',
    async run(scene) {
      const [a, b] = await scene.pair();
      await a.create('/s', bytes('x'), 'ephemeral');
      await a.write('/s', bytes('y'), 0);
      await rejectsWith(BadVersionError, b.replace('/s', bytes('never'), 0), '/s');
      assert.equal(text((await b.read('/s')).data), 'y');
    },
  },
  {
    name: 'a node with children is not replaced: NotEmptyError, and nothing is changed',
    async run(scene) {
      const backend = await scene.connected();
      await backend.create('/s', bytes('own'));
      await backend.create('/s/child', bytes('c'));
      const before = await backend.stat('/s');
      await rejectsWith(NotEmptyError, backend.replace('/s', bytes('never'), 0), '/s');
      const after = await backend.read('/s');
      assert.deepEqual(after.stat, before);
      assert.equal(text(after.data), 'own');
      assert.deepEqual(childTexts(after), new Map([['child', 'c']]));
    },
  },
  {
    name: 'a replacement of a node that does not exist rejects with NoNodeError and creates nothing',
    async run(scene) {
      const backend = await scene.connected();
      await backend.create('/s', bytes('x'));
      await rejectsWith(NoNodeError, backend.replace('/s/gone', bytes('never'), 0), '/s/gone');
      await rejectsWith(NoNodeError, backend.replace('/no/parent', bytes('never'), 0), '/no/parent');
      assert.equal((await backend.stat('/s')).numChildren, 0);
      assert.equal((await backend.read('/no')).stat, null);
    },
  },
  {
    name: 'of several replacements of one node one succeeds',
    async run(scene) {
      const [a, b] = await scene.pair();
      await a.create('/s', bytes('x'));
      await a.write('/s', bytes('y'), 0);
      const calls = Array.from({ length: 6 }, (_, i) => (i % 2 ? a : b).replace('/s', bytes(`${i}`), 1));
      const { resolved, errors } = await outcomes(calls);
      assert.equal(resolved, 1);
      const gap = a.port.capabilities.atomicReplace ? [] : [NoNodeError, NodeExistsError];
      for (const error of errors) {
        assert.ok(
          [BadVersionError, ...gap].some((expected) => error instanceof expected),
          String(error),
        );
      }
    },
  },
  {
    name: 'an atomic replacement never shows a gap, if the backend declares it',
    async run(scene) {
      const [a, b] = await scene.pair();
      await a.create('/s/node', bytes('0'));
      const own = await b.watching('/s/node');
      const list = await b.watching('/s');
      for (let i = 1; i <= 10; i += 1) await a.replace('/s/node', bytes(`${i}`), 0, 'persistent');
      await own.until('the last replacement', ({ data }) => text(data) === '10');
      await list.until('the last replacement', ({ children }) => text(children.get('node')?.data) === '10');
      if (!a.port.capabilities.atomicReplace) return;
      assert.ok(
        own.deliveries.every(({ node }) => node.stat !== null),
        'the node was seen absent',
      );
      assert.ok(
        list.deliveries.every(({ node }) => node.children.has('node')),
        'the list was seen without it',
      );
    },
  },
];
