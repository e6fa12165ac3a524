import assert from 'node:assert/strict';
import { text } from '../support/node-bytes.js';
import { forLater } from '../support/rejection.js';
import type { RegistryCase } from './registry-case.js';

/** An expired session: everything is re-created automatically. */
export const sessionCases: readonly RegistryCase[] = [
  {
    name: 'after an expired session the registration is re-created with the same bytes, and events report it',
    needs: 'faults',
    async run(scene) {
      const [registry, otherClient] = [await scene.started(), await scene.otherClient()];
      await registry.setNode('/back', { a: 1 });
      const before = await otherClient.read('/back');
      const watch = await otherClient.watching('/back');
      const log = scene.events(registry);
      await scene.expire(registry);
      const czxid = before.stat?.czxid ?? 0n;
      const after = await watch.until('the new life', ({ stat }) => stat !== null && stat.czxid > czxid);
      assert.equal(text(after.data), text(before.data));
      assert.notEqual(after.stat?.ephemeralOwner, before.stat?.ephemeralOwner);
      await log.until('being registered again', ({ registrations }) => registrations.length === 2);
      assert.deepEqual(log.registrations, ['unregistered /back lost', 'registered /back']);
      assert.ok(log.phases.includes('lost'), log.phases.join());
      assert.equal(log.phases.at(-1), 'connected');
      await scene.quiet();
      assert.deepEqual((await otherClient.read('/back')).stat, after.stat, 'nothing more is written');
    },
  },
  {
    name: 'phase events name the session: a different one after it was lost',
    needs: 'faults',
    async run(scene) {
      const registry = scene.registry();
      const ids: (string | null)[] = [];
      registry.on('phase', ({ phase, sessionId }) => phase === 'connected' && ids.push(sessionId));
      await registry.start();
      await scene.expire(registry);
      assert.equal(ids.length, 2);
      assert.notEqual(ids[0], ids[1]);
      for (const id of ids) assert.match(String(id), /^[0-9a-f]{16}$/);
    },
  },
  {
    name: 'a hundred registrations are all re-created after an expired session',
    needs: 'faults',
    async run(scene) {
      const [registry, other] = await scene.pair();
      const names = Array.from({ length: 100 }, (_, i) => `n${i}`).sort();
      await Promise.all(names.map((name) => registry.setNode(`/many/${name}`, { name })));
      const before = await other.get('/many');
      const log = await scene.watching(other, '/many');
      await scene.expire(registry);
      await log.until('all', ({ children, stat }) => {
        const again = stat !== null && before.stat !== null && stat.cversion >= before.stat.cversion + 200;
        return again && Object.keys(children).length === 100;
      });
      await scene.quiet();
      assert.deepEqual(log.last?.children, before.children);
    },
  },
  {
    name: 'a registration withdrawn before the session ended is not re-created',
    needs: 'faults',
    async run(scene) {
      const [registry, other] = await scene.pair();
      await registry.setNode('/w/withdrawn');
      await registry.setNode('/w/kept');
      await registry.unset('/w/withdrawn');
      const log = await scene.watching(other, '/w');
      await scene.expire(registry);
      await log.until('what was kept', ({ children, stat }) => Number(stat?.cversion) >= 5 && 'kept' in children);
      await scene.quiet();
      assert.deepEqual(Object.keys((await other.get('/w')).children), ['kept']);
    },
  },
  {
    name: 'persistent data that others removed while the session was lost stays removed',
    needs: 'faults',
    async run(scene) {
      const [registry, other] = await scene.pair();
      await registry.setData('/data', { a: 1 });
      await other.unset('/data');
      await scene.expire(registry);
      await scene.quiet();
      assert.equal((await other.get('/data')).stat, null);
    },
  },
  {
    name: 'callbacks and loops continue in the new session, and receive missed changes',
    needs: 'faults',
    async run(scene) {
      const [registry, other] = await scene.pair();
      const log = await scene.watching(registry, '/missed');
      await scene.faults.expire(registry);
      await other.setData('/missed', { a: 1 });
      await log.until('what was missed', ({ data }) => data?.a === 1);
      await scene.reconnected(registry);
      await other.setData('/missed', { a: 2 });
      await log.until('the change', ({ data }) => data?.a === 2);
    },
  },
  {
    name: 'unset while a registration is being re-created leaves no leftover node',
    needs: 'faults',
    async run(scene) {
      const [registry, other] = await scene.pair();
      await registry.setNode('/phantom', { a: 1 });
      const log = scene.events(registry);
      await scene.faults.expire(registry);
      const unset = forLater(registry.unset('/phantom'));
      await log.until('another session', ({ phases }) => phases.includes('lost') && phases.at(-1) === 'connected');
      await scene.within('unset', Promise.allSettled([unset]));
      await registry.unset('/phantom');
      await scene.quiet();
      assert.equal((await other.get('/phantom')).stat, null);
    },
  },
  {
    name: 'stop while registrations are being re-created leaves no leftover node',
    needs: 'faults',
    async run(scene) {
      const [registry, other] = await scene.pair();
      await Promise.all([1, 2, 3, 4, 5].map((n) => registry.setNode(`/phantom/n${n}`)));
      await scene.faults.expire(registry);
      await scene.within('stop', registry.stop());
      const log = await scene.watching(other, '/phantom');
      await log.until('none', ({ children }) => Object.keys(children).length === 0);
      await scene.quiet();
      assert.deepEqual(Object.keys((await other.get('/phantom')).children), []);
    },
  },
  {
    name: 'a competing owner that took the path while our session was lost is not fought',
    needs: 'faults',
    async run(scene) {
      const [registry, competitor] = await scene.pair();
      const log = scene.events(registry);
      await registry.setNode('/contested', { by: 'first' });
      const watch = await scene.watching(competitor, '/contested');
      await scene.goDown(registry, competitor);
      await scene.comeBack(registry, competitor);
      await competitor.setNode('/contested', { by: 'rival' });
      await log.until('the conflict', ({ registrations }) => registrations.includes('conflict /contested'));
      await scene.expire(registry);
      await scene.quiet();
      assert.equal(watch.last?.data?.by, 'rival');
      assert.equal(log.registrations.filter((line) => line.startsWith('conflict')).length, 1);
    },
  },
];
