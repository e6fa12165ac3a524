import assert from 'node:assert/strict';
import { NoConnectionError, type ServiceRegistry } from '@ndsr/core';
import { forLater, rejectsWith } from '../support/rejection.js';
import type { RegistryCase } from './registry-case.js';
import { WarningLog } from './warning-log.js';

const giveUpMs = 300;

/** A busy machine may need longer than `giveUpMs`: in that case it is started again. */
async function started(registry: ServiceRegistry): Promise<boolean> {
  for (;;) {
    try {
      return await registry.start();
    } catch (error) {
      if (!(error instanceof NoConnectionError)) throw error;
    }
  }
}

/** The table of failures: calls while no server can be reached. */
export const registryOutageCases: readonly RegistryCase[] = [
  {
    name: 'start without a server rejects with NoConnectionError within timeoutMs and leaves nothing open',
    needs: 'faults',
    async run(scene) {
      await scene.faults.goDown();
      const registry = scene.registry({ timeoutMs: giveUpMs });
      await rejectsWith(NoConnectionError, scene.within('start', registry.start()));
      assert.equal(registry.phase, 'idle');
      await scene.faults.comeBack();
      await scene.quiet();
      assert.equal(registry.phase, 'idle');
      assert.equal(await scene.within('start', started(registry)), true);
    },
  },
  {
    name: 'the end of an outage is one WARN line, the last one, which counts the registrations',
    needs: 'faults',
    async run(scene) {
      const log = new WarningLog();
      const registry = await scene.started({ logger: log.logger });
      for (const name of ['a', 'b']) await registry.setNode(`/outage-log/${name}`);
      await scene.goDown(registry);
      await scene.comeBack(registry);
      const ends = (): string[] => log.lines.filter((line) => line.startsWith('Connected again '));
      await scene.eventually('the line', () => ends().length > 0);
      await scene.quiet();
      assert.equal(ends().length, 1, log.lines.join('\n'));
      assert.match(log.lines.at(-1) ?? '', /^Connected again .*after .*: 2 registrations (kept|restored)$/);
    },
  },
  {
    name: 'the first call of an idle registry without a server rejects with NoConnectionError',
    needs: 'faults',
    async run(scene) {
      await scene.faults.goDown();
      const calls = [
        scene.registry({ timeoutMs: giveUpMs }).setNode('/first'),
        scene.registry({ timeoutMs: giveUpMs }).unset('/first'),
        scene.registry({ timeoutMs: giveUpMs }).get('/first'),
        scene.registry({ timeoutMs: giveUpMs, lazy: true }).setData('/first'),
        scene.registry({ timeoutMs: giveUpMs, lazy: true }).get('/first'),
        scene.registry({ timeoutMs: giveUpMs }).watch('/first').next(),
      ].map((call) => forLater<unknown>(call));
      for (const call of calls) await rejectsWith(NoConnectionError, scene.within('the call', call));
      await scene.faults.comeBack();
      await scene.quiet();
      assert.equal((await scene.seenByOthers('/first')).stat, null);
    },
  },
  {
    name: 'lazy start without a server resolves false, and the registry connects when there is one',
    needs: 'faults',
    async run(scene) {
      await scene.faults.goDown();
      const registry = scene.registry({ lazy: true, timeoutMs: giveUpMs });
      assert.equal(await scene.within('start', registry.start()), false);
      assert.equal(registry.phase, 'connecting');
      await scene.comeBack(registry);
      assert.equal(await registry.setNode('/lazy'), true);
    },
  },
  {
    name: 'getState and the phase events report an outage and its end',
    needs: 'faults',
    async run(scene) {
      const registry = await scene.started();
      const log = scene.events(registry);
      const states: boolean[] = [];
      registry.getState((connected) => states.push(connected));
      await scene.goDown(registry);
      assert.equal(registry.getState(), false);
      await scene.comeBack(registry);
      assert.deepEqual(states, [true, false, true]);
      assert.ok(['suspended', 'lost'].includes(log.phases[0] ?? ''), log.phases.join());
      assert.equal(log.phases.at(-1), 'connected');
    },
  },
  {
    name: 'get of a known path during an outage is the last known value, at once, and marked as such',
    needs: 'faults',
    async run(scene) {
      const [registry, other] = await scene.pair();
      await other.setData('/known', { a: 1 });
      const known = await registry.get('/known');
      await scene.goDown(registry);
      const now = Date.now();
      assert.equal(await scene.within('get', registry.get('/known')), known);
      assert.equal(registry.peek('/known'), known);
      const freshness = registry.freshness('/known');
      assert.equal(freshness?.origin, 'last-known');
      assert.ok(freshness.asOf !== null && freshness.asOf.getTime() <= now + 1_000);
      assert.ok(freshness.ageMs !== null && freshness.ageMs >= 0);
      await scene.comeBack(registry);
      await scene.eventually('it is live again', () => registry.freshness('/known')?.origin === 'live');
      assert.equal(await registry.get('/known'), known);
    },
  },
  {
    name: "get with children 'names' during an outage returns the names last known",
    needs: 'faults',
    async run(scene) {
      const [registry, other] = await scene.pair();
      await other.setNode('/known/child', { a: 1 });
      await registry.get('/known');
      await scene.goDown(registry);
      const { children } = await scene.within('get', registry.get('/known', { children: 'names' }));
      assert.deepEqual(Object.entries(children), [['child', null]]);
    },
  },
  {
    name: 'get of an unknown path during an outage rejects with NoConnectionError, and the callback runs later',
    needs: 'faults',
    async run(scene) {
      const [registry, other] = await scene.pair();
      await other.setData('/unknown', { a: 1 });
      await scene.goDown(registry);
      const log = scene.snapshots();
      const get = registry.get('/unknown', { callback: log.callback });
      await rejectsWith(NoConnectionError, scene.within('get', get));
      assert.equal(registry.peek('/unknown'), undefined);
      assert.deepEqual(registry.freshness('/unknown'), { origin: 'none', asOf: null, ageMs: null, held: false });
      await scene.quiet();
      assert.equal(log.calls, 0);
      await scene.comeBack(registry, other);
      await log.until('the value', ({ data }) => data?.a === 1);
      await other.setData('/unknown', { a: 2 });
      await log.until('the change', ({ data }) => data?.a === 2);
    },
  },
  {
    name: "get of an unknown path during an outage with offline 'defer' is an empty snapshot, and the callback runs later",
    needs: 'faults',
    async run(scene) {
      const [registry, other] = [await scene.started({ offline: 'defer' }), await scene.started()];
      await other.setData('/unknown', { a: 1 });
      await scene.goDown(registry, other);
      const log = scene.snapshots();
      const empty = await scene.within('get', registry.get('/unknown', { callback: log.callback }));
      assert.deepEqual([empty.path, empty.data, empty.stat], ['/unknown', null, null]);
      assert.deepEqual(Object.keys(empty.children), []);
      await scene.comeBack(registry);
      await log.until('the value', ({ data }) => data?.a === 1);
      assert.equal((await registry.get('/unknown')).data?.a, 1);
    },
  },
  {
    name: 'get with waitMs during an outage waits for the connection',
    needs: 'faults',
    async run(scene) {
      const [registry, other] = await scene.pair();
      await other.setData('/waited/child', { a: 1 });
      await scene.goDown(registry);
      const get = forLater(registry.get('/waited', { waitMs: scene.options.patienceMs * 2 }));
      await scene.faults.comeBack();
      assert.equal((await scene.within('get', get)).children.child?.a, 1);
    },
  },
  {
    name: "writes during an outage with offline 'defer' resolve false and are carried out later; the last request wins",
    needs: 'faults',
    async run(scene) {
      const [registry, other] = [await scene.started({ offline: 'defer' }), await scene.started()];
      await registry.setData('/defer/removed', { old: true });
      await scene.goDown(registry, other);
      const results = await scene.within(
        'the deferred calls',
        Promise.all([
          registry.setNode('/defer/node', { n: 1 }),
          registry.setNode('/defer/node', { n: 2 }),
          registry.setData('/defer/data', { d: 1 }),
          registry.unset('/defer/removed'),
          registry.setNode('/defer/never', { x: 1 }),
          registry.unset('/defer/never'),
          registry.set('/defer/state', { state: false }),
          registry.set('/defer/state', { data: { s: 1 }, kind: 'persistent' }),
        ]),
      );
      assert.deepEqual(new Set(results), new Set([false]));
      await scene.comeBack(registry, other);
      const log = await scene.watching(other, '/defer');
      const { children } = await log.until('what was wished', (snapshot) => {
        return Object.keys(snapshot.children).join() === 'data,node,state';
      });
      assert.deepEqual([children.node?.n, children.data?.d, children.state?.s], [2, 1, 1]);
      await scene.quiet();
      assert.deepEqual(Object.keys((await other.get('/defer')).children), ['data', 'node', 'state']);
      await registry.stop();
      await log.until('the registration gone', (snapshot) => Object.keys(snapshot.children).join() === 'data,state');
    },
  },
  {
    name: "the first call with lazy and offline 'defer' without a server resolves false and is carried out later",
    needs: 'faults',
    async run(scene) {
      await scene.faults.goDown();
      const registry = scene.registry({ lazy: true, offline: 'defer', timeoutMs: giveUpMs });
      assert.equal(await scene.within('setNode', registry.setNode('/later', { a: 1 })), false);
      await scene.comeBack(registry);
      const log = await scene.watching(registry, '/later');
      await log.until('the registration', ({ data }) => data?.a === 1);
    },
  },
  {
    name: 'an outage that changes nothing calls no callback',
    needs: 'faults',
    async run(scene) {
      const [registry, other] = await scene.pair();
      await other.setData('/same', { a: 1 });
      const logs = [await scene.watching(registry, '/same'), await scene.watching(registry, '/absent')];
      await scene.goDown(registry, other);
      await scene.comeBack(registry, other);
      await scene.eventually('it is live again', () => registry.freshness('/same')?.origin === 'live');
      await scene.quiet();
      for (const log of logs) assert.equal(log.calls, 1);
    },
  },
  {
    name: 'callbacks, loops and registrations continue after several outages',
    needs: 'faults',
    async run(scene) {
      const [registry, other] = await scene.pair();
      const log = await scene.watching(registry, '/on');
      const names = await scene.watching(other, '/regs');
      await registry.setNode('/regs/mine', { a: 1 });
      for (let round = 1; round <= 3; round += 1) {
        await scene.goDown(registry, other);
        await scene.comeBack(registry, other);
        await other.setData('/on', { round });
        await log.until('the change', ({ data }) => data?.round === round);
        await names.until('the registration', ({ children }) => children.mine?.a === 1);
      }
    },
  },
  {
    name: 'stop during an outage resolves, and nothing happens afterwards',
    needs: 'faults',
    async run(scene) {
      const [registry, other] = await scene.pair();
      const log = await scene.watching(registry, '/stopped');
      await scene.goDown(registry, other);
      await scene.within('stop', registry.stop());
      await scene.comeBack(other);
      await other.setData('/stopped', { a: 1 });
      await scene.quiet();
      assert.equal(log.calls, 1);
      assert.equal(registry.phase, 'stopped');
    },
  },
];
