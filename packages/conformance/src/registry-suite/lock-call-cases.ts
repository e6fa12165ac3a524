import assert from 'node:assert/strict';
import {
  InvalidArgumentError,
  InvalidPathError,
  NoConnectionError,
  ReadOnlyError,
  type ServiceRegistry,
  StoppedError,
} from '@ndsr/core';
import { rejectsWith } from '../support/rejection.js';
import { failureTable, quote } from './failure-table.js';
import { lockPath, waitUntilEmpty } from './lock-scene.js';
import type { RegistryCase } from './registry-case.js';

const calls: Readonly<Record<string, (registry: ServiceRegistry) => Promise<unknown>>> = {
  'acquire of a lock': async (registry) => await registry.getLock(lockPath).acquire(),
  acquireLock: async (registry) => await registry.acquireLock(lockPath),
};

/** The calls of a lock in each phase of the registry, and the calls that are refused. */
export const lockCallCases: readonly RegistryCase[] = [
  {
    name: quote(failureTable.badArgument, 'locks'),
    async run(scene) {
      const registry = scene.registry();
      assert.throws(() => registry.getLock('/'), InvalidPathError);
      assert.throws(() => registry.getLock('no/slash'), InvalidPathError);
      const wrong = { waitMS: 5 } as object;
      assert.throws(() => registry.getLock('/a', wrong), /unknown option 'waitMS'; did you mean 'waitMs'/);
      assert.throws(() => registry.getLock('/a', { simultaneous: 0 }), InvalidArgumentError);
      registry.getLock('/a', { name: 'é'.repeat(512) });
      assert.throws(() => registry.getLock('/a', { name: 'é'.repeat(513) }), /'name'.*1,024 bytes/);
      await rejectsWith(InvalidArgumentError, registry.getLock('/a').acquire({ simultaneous: 2 } as object));
      await rejectsWith(InvalidArgumentError, registry.acquireLock('/a', { waitMs: -1 }));
      await rejectsWith(InvalidPathError, registry.acquireLock('/'));
      await rejectsWith(InvalidPathError, registry.releaseLock('a'));
      assert.equal(registry.phase, 'idle');
    },
  },
  ...Object.entries(calls).flatMap(([name, call]): RegistryCase[] => [
    {
      name: `${name} of an idle registry starts it`,
      async run(scene) {
        const registry = scene.registry();
        assert.equal(await scene.within(name, call(registry)), true);
        assert.equal(registry.phase, 'connected');
      },
    },
    {
      name: `${name} after stop is refused with StoppedError, until start`,
      async run(scene) {
        const registry = await scene.started();
        await registry.stop();
        await rejectsWith(StoppedError, scene.within(name, call(registry)));
        await registry.start();
        assert.equal(await scene.within(name, call(registry)), true);
      },
    },
    {
      name: quote(failureTable.readOnly, name),
      async run(scene) {
        const [idle, started] = [scene.registry({ readOnly: true }), await scene.started({ readOnly: true })];
        await rejectsWith(ReadOnlyError, scene.within(name, call(idle)), lockPath);
        assert.equal(idle.phase, 'idle');
        await rejectsWith(ReadOnlyError, scene.within(name, call(started)), lockPath);
        const otherClient = await scene.otherClient();
        assert.equal((await otherClient.read('/locks')).stat, null);
      },
    },
    {
      name: quote(failureTable.readOnly, `${name}, during an outage`),
      needs: 'faults',
      async run(scene) {
        const registry = await scene.started({ readOnly: true });
        await scene.goDown(registry);
        await rejectsWith(ReadOnlyError, scene.within(name, call(registry)), lockPath);
      },
    },
    {
      name: quote(failureTable.disconnected, name),
      needs: 'faults',
      async run(scene) {
        const registries = [await scene.started(), await scene.started({ offline: 'defer' })];
        await scene.goDown(...registries);
        // A lock is never deferred: a caller that is notified later may have continued without it.
        for (const registry of registries) {
          await rejectsWith(NoConnectionError, scene.within(name, call(registry)), lockPath);
        }
        await scene.comeBack(...registries);
        await scene.quiet();
        await waitUntilEmpty(await scene.otherClient());
      },
    },
  ]),
];
