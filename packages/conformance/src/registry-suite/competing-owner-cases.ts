import assert from 'node:assert/strict';
import type { ServiceRegistry } from '@ndsr/core';
import { bytes, text } from '../support/node-bytes.js';
import type { RegistryCase } from './registry-case.js';
import type { RegistryScene } from './registry-scene.js';

/** Two sessions that register one path: a stale node is replaced, and competing owners never fight. */
export const competingOwnerCases: readonly RegistryCase[] = [
  {
    name: 'a stale node of another session is taken over at once, and its end deletes nothing',
    async run(scene) {
      const [stale, registry] = [await scene.otherClient(), await scene.started()];
      await stale.create('/taken', bytes('{"ghost":true}'), 'ephemeral');
      assert.equal(await registry.setNode('/taken', { a: 1 }), true);
      const { stat, data } = await stale.read('/taken');
      assert.notEqual(stat?.ephemeralOwner, stale.connection.session.id);
      assert.match(text(data) ?? '', /"a":1/);
      await stale.close();
      await scene.quiet();
      assert.equal((await scene.seenByOthers('/taken')).stat?.czxid, stat?.czxid);
    },
  },
  {
    name: 'a stale node with the very same bytes is taken over too',
    async run(scene) {
      const [stale, registry] = [await scene.otherClient(), await scene.started()];
      await stale.create('/taken', bytes('{"pid":1,"created":"then"}'), 'ephemeral');
      await registry.setNode('/taken', { pid: 1, created: 'then' });
      assert.notEqual((await stale.stat('/taken')).ephemeralOwner, stale.connection.session.id);
    },
  },
  {
    name: 'a stale node that was written many times is taken over',
    async run(scene) {
      const [stale, registry] = [await scene.otherClient(), await scene.started()];
      await stale.create('/taken', bytes('{"n":-1}'), 'ephemeral');
      for (let n = 0; n < 5; n += 1) await stale.write('/taken', bytes(`{"n":${n}}`), n);
      assert.equal(await registry.setNode('/taken', { a: 1 }), true);
      assert.notEqual((await stale.stat('/taken')).ephemeralOwner, stale.connection.session.id);
    },
  },
  {
    name: "a competing owner's first registration takes the path: we report the conflict, yield, and nobody fights",
    async run(scene) {
      const { first, firstLog, second } = await contested(scene);
      const { atomicReplace } = (await scene.otherClient()).port.capabilities;
      await firstLog.until('the conflict', ({ registrations }) => registrations.includes('conflict /contested'));
      const [registered, unregistered = '', conflict, ...more] = firstLog.registrations;
      assert.deepEqual([registered, conflict, more], ['registered /contested', 'conflict /contested', []]);
      // If it is removed and created again, a read in between sees the gap.
      const reasons = atomicReplace ? ['taken'] : ['taken', 'removed'];
      assert.ok(reasons.map((reason) => `unregistered /contested ${reason}`).includes(unregistered), unregistered);
      const before = (await second.get('/contested')).stat;
      await scene.quiet();
      const after = await second.get('/contested');
      assert.deepEqual(after.stat, before);
      assert.equal(after.data?.by, 'second');
      assert.equal((await first.get('/contested')).data?.by, 'second');
    },
  },
  {
    name: 'the registry that yielded registers again, with the same bytes, when the competing owner is gone',
    async run(scene) {
      const { first, firstLog, second, firstData } = await contested(scene);
      await firstLog.until('the conflict', ({ registrations }) => registrations.includes('conflict /contested'));
      const log = await scene.watching(first, '/contested');
      await second.stop();
      const back = await log.until('its own data', ({ data }) => data?.by === 'first');
      assert.deepEqual(back.data, firstData);
      await firstLog.until('being registered', ({ registrations }) => registrations.at(-1) === 'registered /contested');
    },
  },
  {
    name: 'setNode of the registry that yielded resolves false and leaves the competing owner alone',
    async run(scene) {
      const { first, firstLog, second } = await contested(scene);
      await firstLog.until('the conflict', ({ registrations }) => registrations.includes('conflict /contested'));
      assert.equal(await scene.within('setNode', first.setNode('/contested', { by: 'first', again: true })), false);
      assert.equal((await second.get('/contested')).data?.by, 'second');
    },
  },
  {
    name: 'unset and stop of the registry that yielded leave the competing owner alone',
    async run(scene) {
      const { first, firstLog, second } = await contested(scene);
      await firstLog.until('the conflict', ({ registrations }) => registrations.includes('conflict /contested'));
      assert.equal(await scene.within('unset', first.unset('/contested')), true);
      assert.equal((await second.get('/contested')).data?.by, 'second');
      await first.stop();
      await scene.quiet();
      assert.equal((await second.get('/contested')).data?.by, 'second');
    },
  },
];

interface Conflict {
  readonly first: ServiceRegistry;
  readonly firstLog: ReturnType<RegistryScene['events']>;
  readonly firstData: unknown;
  readonly second: ServiceRegistry;
}

/** The second registry has just registered the path of the first. */
async function contested(scene: RegistryScene): Promise<Conflict> {
  const [first, second] = await scene.pair();
  const firstLog = scene.events(first);
  await first.setNode('/contested', { by: 'first' });
  const firstData = (await first.get('/contested')).data;
  assert.equal(await second.setNode('/contested', { by: 'second' }), true);
  return { first, firstLog, firstData, second };
}
