import assert from 'node:assert/strict';
import type { WatchEvent } from '@ndsr/zookeeper-common';
import type { ClientCase } from './client-case.js';
import type { ClientScene } from './client-scene.js';
import type { ObservedClient } from './observed-client.js';

interface MissedChange {
  /** True if `/node` exists before. */
  readonly made: boolean;
  arm(client: ObservedClient, path: string): Promise<unknown>;
  change(witness: ObservedClient, path: string): Promise<void>;
  readonly kind: WatchEvent['kind'];
}

const missedChanges: Readonly<Record<string, MissedChange>> = {
  'changed data': {
    made: true,
    arm: (client, path) => client.data(path, true),
    change: (witness, path) => witness.setData(path, 'x'),
    kind: 'changed',
  },
  'the deletion of a node whose data is watched': {
    made: true,
    arm: (client, path) => client.data(path, true),
    change: (witness, path) => witness.remove(path),
    kind: 'deleted',
  },
  'the creation of a node': {
    made: false,
    arm: (client, path) => client.exists(path, true),
    change: (witness, path) => witness.create(path),
    kind: 'created',
  },
  'a new child': {
    made: true,
    arm: (client, path) => client.names(path, true),
    change: (witness, path) => witness.create(`${path}/child`),
    kind: 'children',
  },
  'the deletion of a node whose children are watched': {
    made: true,
    arm: (client, path) => client.names(path, true),
    change: (witness, path) => witness.remove(path),
    kind: 'deleted',
  },
};

/** Duty of `connected`: every watch is armed again, or its event has been delivered before. */
export const clientReconnectCases: readonly ClientCase[] = [
  ...Object.entries(missedChanges).map(
    ([what, { made, arm, change, kind }]) =>
      ({
        name: `${what} in an outage is reported before connected, once`,
        needs: 'faults' as const,
        async run(scene) {
          const [client, witness] = await scene.pair();
          const path = scene.path('/node');
          if (made) await witness.create(path);
          await arm(client, path);
          await scene.goDown(client);
          await change(witness, path);
          await scene.comeBack(client);
          await scene.quiet();
          assert.deepEqual(client.types, ['connected', 'disconnected', 'watch', 'connected']);
          assert.deepEqual(client.watchEvents, [{ kind, path }]);
        },
      }) satisfies ClientCase,
  ),
  ...Object.entries(missedChanges).map(
    ([what, { made, arm, change, kind }]) =>
      ({
        name: `${what} after an outage is reported: the watch is armed again`,
        needs: 'faults' as const,
        async run(scene) {
          const [client, witness] = await scene.pair();
          const path = scene.path('/node');
          if (made) await witness.create(path);
          await arm(client, path);
          for (let round = 0; round < 2; round += 1) {
            await scene.goDown(client);
            await scene.comeBack(client);
          }
          assert.deepEqual(client.watchEvents, []);
          await change(witness, path);
          await client.untilWatchEvent(kind, path);
          await scene.quiet();
          assert.equal(client.watchEvents.length, 1);
        },
      }) satisfies ClientCase,
  ),
  {
    name: 'a watch that has fired is not armed again by an outage',
    needs: 'faults',
    async run(scene) {
      const [client, witness] = await scene.pair();
      const path = scene.path('/node');
      await witness.create(path);
      await client.data(path, true);
      await witness.setData(path, 'x');
      await client.untilWatchEvent('changed', path);
      await scene.goDown(client);
      await scene.comeBack(client);
      await witness.setData(path, 'y');
      await scene.quiet();
      assert.equal(client.watchEvents.length, 1);
    },
  },
  {
    name: 'own changes before an outage are not reported again after it',
    needs: 'faults',
    async run(scene) {
      const [client] = await scene.pair();
      const path = scene.path('/node');
      await client.create(path);
      await client.setData(path, 'x');
      await client.data(path, true);
      await client.names(scene.path(''), true);
      await scene.goDown(client);
      await scene.comeBack(client);
      await scene.quiet();
      assert.deepEqual(client.watchEvents, []);
    },
  },
  {
    name: 'a forgotten path is not armed again, and the others are',
    needs: 'faults',
    async run(scene) {
      const [client, witness] = await scene.pair();
      const [kept, left] = [scene.path('/kept'), scene.path('/left')];
      for (const path of [kept, left]) {
        await witness.create(path);
        await client.data(path, true);
        await client.names(path, true);
      }
      client.port.forget(left);
      await scene.goDown(client);
      await scene.comeBack(client);
      for (const path of [left, kept]) await witness.setData(path, 'x');
      await client.untilWatchEvent('changed', kept);
      assert.deepEqual(client.watchEvents, [{ kind: 'changed', path: kept }]);
    },
  },
  {
    name: 'several thousand watches of long paths survive an outage',
    needs: 'faults',
    async run(scene) {
      const [client, witness] = await scene.pair();
      const paths = await watchMany(scene, client, 6_000);
      await scene.goDown(client);
      const [missed, first] = [paths[5_999] ?? '', paths[0] ?? ''];
      await witness.create(missed);
      await scene.comeBack(client);
      assert.deepEqual(client.watchEvents, [{ kind: 'created', path: missed }]);
      await witness.create(first);
      await client.untilWatchEvent('created', first);
    },
  },
];

/** Paths of 200 characters: together more than the servers accept in one frame. */
async function watchMany(scene: ClientScene, client: ObservedClient, count: number): Promise<string[]> {
  const paths = Array.from({ length: count }, (_, i) => scene.path(`/n${String(i).padEnd(200, '-')}`));
  for (let from = 0; from < count; from += 500) {
    await Promise.all(paths.slice(from, from + 500).map((path) => client.exists(path, true)));
  }
  return paths;
}
