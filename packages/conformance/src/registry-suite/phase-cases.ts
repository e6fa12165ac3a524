import assert from 'node:assert/strict';
import { NoConnectionError, ReadOnlyError, StoppedError } from '@ndsr/core';
import { bytes, childTexts } from '../support/node-bytes.js';
import { rejectsWith } from '../support/rejection.js';
import { readOperations, workPath, writeOperations } from './operations.js';
import type { RegistryCase } from './registry-case.js';
import type { RegistryScene } from './registry-scene.js';

const operations = { ...readOperations, ...writeOperations };

/** Each call in each phase of the connection. */
export const registryPhaseCases: readonly RegistryCase[] = [
  ...Object.entries(operations).flatMap(([name, call]): RegistryCase[] => [
    {
      name: `${name} of an idle registry starts it`,
      async run(scene) {
        await prepare(scene);
        const registry = scene.registry();
        await scene.within(name, call(registry));
        assert.equal(registry.phase, 'connected');
      },
    },
    {
      name: `${name} after stop is refused with StoppedError, until start`,
      async run(scene) {
        await prepare(scene);
        const registry = await scene.started();
        await registry.stop();
        await rejectsWith(StoppedError, scene.within(name, call(registry)));
        assert.equal(registry.phase, 'stopped');
        await registry.start();
        await scene.within(name, call(registry));
      },
    },
  ]),
  ...Object.entries(writeOperations).flatMap(([name, call]): RegistryCase[] => [
    {
      name: `${name} of a read-only registry is refused with ReadOnlyError, and nothing is sent`,
      async run(scene) {
        const assertUntouched = await prepare(scene);
        const idle = scene.registry({ readOnly: true });
        await rejectsWith(ReadOnlyError, scene.within(name, call(idle)));
        assert.equal(idle.phase, 'idle');
        await rejectsWith(ReadOnlyError, scene.within(name, call(await scene.started({ readOnly: true }))));
        await assertUntouched();
      },
    },
    {
      name: `${name} of a read-only registry is refused with ReadOnlyError during an outage too`,
      needs: 'faults',
      async run(scene) {
        const registry = await scene.started({ readOnly: true });
        await scene.goDown(registry);
        await rejectsWith(ReadOnlyError, scene.within(name, call(registry)));
      },
    },
    {
      name: `${name} during an outage rejects with NoConnectionError, and nothing happens later`,
      needs: 'faults',
      async run(scene) {
        const assertUntouched = await prepare(scene);
        const registry = await scene.started();
        await scene.goDown(registry);
        await rejectsWith(NoConnectionError, scene.within(name, call(registry)));
        await scene.comeBack(registry);
        await scene.quiet();
        await assertUntouched();
      },
    },
  ]),
  ...Object.entries(readOperations).map(
    ([name, call]): RegistryCase => ({
      name: `${name} of a read-only registry works like any other`,
      async run(scene) {
        await prepare(scene);
        await scene.within(name, call(scene.registry({ readOnly: true })));
      },
    }),
  ),
];

/** Writes data at `workPath`. Returns an assertion that it is unchanged, and that nothing was added beside it. */
async function prepare(scene: RegistryScene): Promise<() => Promise<void>> {
  const otherClient = await scene.otherClient();
  await otherClient.create(workPath, bytes('{"first":true}'));
  const before = await otherClient.stat(workPath);
  return async () => {
    await scene.eventually('the other client is connected', () => otherClient.connection.connected);
    assert.deepEqual(childTexts(await otherClient.read('/phase')), new Map([['node', '{"first":true}']]));
    assert.deepEqual(await otherClient.stat(workPath), before);
  };
}
