import assert from 'node:assert/strict';
import type { ServiceRegistry } from '@ndsr/core';
import type { RegistryCase } from './registry-case.js';
import type { RegistryScene } from './registry-scene.js';

/** Long compared with a case, so that no hold ends by itself. */
const holdMs = 120_000;
/** Short compared with a case, so that everything is read again during it. */
const safetyRereadMs = 40;

/** guardEmpty and the safety re-read. */
export const guardCases: readonly RegistryCase[] = [
  {
    name: 'with guardEmpty services that disappeared together stay listed until one is back, and the registry reports it',
    async run(scene) {
      const [registry, services] = [await scene.started({ guardEmpty: { holdMs } }), await threeServices(scene)];
      const seen = await scene.watching(registry, '/fleet');
      const log = scene.events(registry);
      const old = await registry.get('/fleet');
      await services.stop();
      await log.until('that it holds the fleet', ({ held }) => held.length === 1);
      assert.equal(registry.peek('/fleet'), old);
      assert.equal(await registry.get('/fleet', { minChildren: 3, waitMs: 1 }), old);
      const { origin, held } = registry.freshness('/fleet') ?? {};
      assert.deepEqual([origin, held], ['last-known', true]);
      await (await scene.started()).setNode('/fleet/c');
      await seen.until('the one that is back', ({ children }) => Object.keys(children).join() === 'c');
      assert.deepEqual(
        seen.snapshots.map(({ children }) => Object.keys(children).length),
        [3, 1],
      );
      assert.deepEqual(log.held, ['/fleet true 3', '/fleet false 3']);
      await scene.eventually('it is live', () => registry.freshness('/fleet')?.origin === 'live');
    },
  },
  {
    name: 'with guardEmpty unwatch ends the hold, and a new read shows the path empty',
    async run(scene) {
      const [registry, services] = [await scene.started({ guardEmpty: { holdMs } }), await threeServices(scene)];
      await scene.watching(registry, '/fleet');
      const log = scene.events(registry);
      await services.stop();
      await log.until('that it holds the fleet', ({ held }) => held.length === 1);
      registry.unwatch('/fleet');
      assert.deepEqual(log.held, ['/fleet true 3', '/fleet false 3']);
      assert.deepEqual(Object.keys((await registry.get('/fleet')).children), []);
    },
  },
  {
    name: 'without guardEmpty, or with one child, an empty list is shown at once',
    async run(scene) {
      const [open, guarded] = [await scene.started(), await scene.started({ guardEmpty: { holdMs } })];
      const [services, single] = [await threeServices(scene), await scene.started()];
      await single.setNode('/single/a');
      const [all, one] = [await scene.watching(open, '/fleet'), await scene.watching(guarded, '/single')];
      const logs = [scene.events(open), scene.events(guarded)];
      await Promise.all([services.stop(), single.stop()]);
      for (const log of [all, one]) await log.until('nothing', ({ children }) => Object.keys(children).length === 0);
      assert.deepEqual(
        logs.flatMap(({ held }) => held),
        [],
      );
    },
  },
  {
    name: 'the safety re-read reports nothing for working watches, and disturbs nothing, while everything changes',
    async run(scene) {
      const [registry, other] = await scene.pair({ safetyRereadMs });
      const log = scene.events(registry);
      const seen = await scene.watching(registry, '/busy');
      await registry.setNode('/own/a', { a: 1 });
      for (let round = 1; round <= 50; round += 1) {
        await other.setData('/busy', { round });
        await (round % 2 === 1 ? other.setNode('/busy/child') : other.unset('/busy/child'));
      }
      await seen.until('the last round', ({ data, children }) => data?.round === 50 && !('child' in children));
      // Longer than a change may take to arrive before it counts as missed.
      for (let waitedMs = 0; waitedMs < 1_500; waitedMs += scene.options.settleMs) await scene.quiet();
      assert.deepEqual(log.faults, []);
      assert.deepEqual(log.registrations, ['registered /own/a']);
      assert.equal(registry.freshness('/busy')?.origin, 'live');
    },
  },
];

/** Starts a registry with three registrations, which disappear together when it stops. */
async function threeServices(scene: RegistryScene): Promise<ServiceRegistry> {
  const services = await scene.started();
  await Promise.all(['a', 'b', 'c'].map((name) => services.setNode(`/fleet/${name}`)));
  return services;
}
