import assert from 'node:assert/strict';
import { bytes, childNames, text } from '../support/node-bytes.js';
import type { BackendCase } from './backend-case.js';

/** Duty 9: ephemeral nodes live as long as their session. */
export const ephemeralCases: readonly BackendCase[] = [
  {
    name: "close deletes the session's ephemeral nodes, and only those",
    async run(scene) {
      const [a, b] = await scene.pair();
      await a.create('/e/mine', bytes('x'), 'ephemeral');
      await a.create('/e/also-mine', bytes('x'), 'ephemeral');
      await a.create('/e/persistent', bytes('x'));
      await b.create('/e/other', bytes('x'), 'ephemeral');
      const watch = await b.watching('/e');
      await a.close();
      await watch.until('what is left', (node) => childNames(node).join() === 'other,persistent');
      assert.equal((await b.read('/e/mine')).stat, null);
    },
  },
  {
    name: 'watches of an ephemeral node itself report its deletion to other clients too',
    async run(scene) {
      const [a, b] = await scene.pair();
      await a.create('/e/mine', bytes('x'), 'ephemeral');
      const watch = await b.watching('/e/mine');
      await a.close();
      await watch.until('its end', ({ stat }) => stat === null);
    },
  },
  {
    name: 'an ephemeral node that was re-created by another session stays when the first session ends',
    async run(scene) {
      const [a, b] = await scene.pair();
      await a.create('/e', bytes('a'), 'ephemeral');
      await b.remove('/e', 0);
      await b.create('/e', bytes('b'), 'ephemeral');
      await a.close();
      await scene.quiet();
      assert.equal(text((await b.read('/e')).data), 'b');
    },
  },
  {
    name: "expiry deletes the session's ephemeral nodes, and other clients are notified",
    needs: 'faults',
    async run(scene) {
      const [a, b] = await scene.pair();
      await a.create('/e/mine', bytes('x'), 'ephemeral');
      await a.create('/e/persistent', bytes('x'));
      await b.create('/e/other', bytes('x'), 'ephemeral');
      const [own, list] = [await b.watching('/e/mine'), await b.watching('/e')];
      await scene.faults.expire(a.port);
      await own.until('its end', ({ stat }) => stat === null);
      await list.until('what is left', (node) => childNames(node).join() === 'other,persistent');
    },
  },
  {
    name: 'a backend whose session expired sees its ephemeral nodes deleted, and can create them again',
    needs: 'faults',
    async run(scene) {
      const backend = await scene.connected();
      await backend.create('/e/mine', bytes('x'), 'ephemeral');
      const watch = await backend.watching('/e/mine');
      await scene.expire(backend);
      await watch.until('its end', ({ stat }) => stat === null);
      await backend.create('/e/mine', bytes('x'), 'ephemeral');
      assert.equal((await backend.stat('/e/mine')).ephemeralOwner, backend.connection.session.id);
    },
  },
  {
    name: 'nodes that others created at the path while the session was lost are left alone',
    needs: 'faults',
    async run(scene) {
      const [a, b] = await scene.pair();
      await a.create('/e', bytes('a'), 'ephemeral');
      const watch = await b.watching('/e');
      await scene.faults.expire(a.port);
      await watch.until('its end', ({ stat }) => stat === null);
      await b.create('/e', bytes('b'), 'ephemeral');
      await a.connected(2);
      await scene.quiet();
      assert.equal(text((await a.read('/e')).data), 'b');
    },
  },
];
