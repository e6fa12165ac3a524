import assert from 'node:assert/strict';
import type { WatchEvent } from '@ndsr/zookeeper-common';
import { errorNumbers } from '@ndsr/zookeeper-common';
import type { ClientCase } from './client-case.js';
import type { ObservedClient } from './observed-client.js';

interface Arming {
  /** True if `/list/node` exists before. */
  readonly made: boolean;
  arm(client: ObservedClient, path: string): Promise<unknown>;
  change(other: ObservedClient, path: string): Promise<void>;
  readonly kind: WatchEvent['kind'];
}

const armings: Readonly<Record<string, Arming>> = {
  'getData fires when the data is changed': {
    made: true,
    arm: (client, path) => client.data(path, true),
    change: (other, path) => other.setData(path, 'new'),
    kind: 'changed',
  },
  'getData fires when the node is deleted': {
    made: true,
    arm: (client, path) => client.data(path, true),
    change: (other, path) => other.remove(path),
    kind: 'deleted',
  },
  'exists of a missing node fires when it is created': {
    made: false,
    arm: (client, path) => client.exists(path, true),
    change: (other, path) => other.create(path),
    kind: 'created',
  },
  'exists of a node fires when its data is changed': {
    made: true,
    arm: (client, path) => client.exists(path, true),
    change: (other, path) => other.setData(path, 'new'),
    kind: 'changed',
  },
  'exists of a node fires when it is deleted': {
    made: true,
    arm: (client, path) => client.exists(path, true),
    change: (other, path) => other.remove(path),
    kind: 'deleted',
  },
  'getChildren fires when a child is created': {
    made: true,
    arm: (client, path) => client.names(path, true),
    change: (other, path) => other.create(`${path}/child`),
    kind: 'children',
  },
  'getChildren fires when the node is deleted': {
    made: true,
    arm: (client, path) => client.names(path, true),
    change: (other, path) => other.remove(path),
    kind: 'deleted',
  },
};

/** Duty 5, and the nature of one-shot watches. */
export const clientWatchCases: readonly ClientCase[] = [
  ...Object.entries(armings).map(
    ([name, { made, arm, change, kind }]) =>
      ({
        name: `a watch of ${name}, once`,
        async run(scene) {
          const [client, other] = await scene.pair();
          const path = scene.path('/node');
          if (made) await other.create(path, 'old');
          await arm(client, path);
          await change(other, path);
          await client.untilWatchEvent(kind, path);
          // The watch has fired: no later change is reported.
          if ((await other.exists(path)) === null) await other.create(path);
          await other.setData(path, 'newer');
          await other.create(`${path}/another`);
          await scene.quiet();
          assert.deepEqual(client.watchEvents, [{ kind, path }]);
        },
      }) satisfies ClientCase,
  ),
  {
    name: 'a watch of getChildren fires when a child is deleted, and not for its data',
    async run(scene) {
      const [client, other] = await scene.pair();
      await other.create(scene.path('/child'));
      await client.names(scene.path(''), true);
      await other.setData(scene.path('/child'), 'x');
      await other.create(scene.path('/child/deeper'));
      await other.remove(scene.path('/child/deeper'));
      await scene.quiet();
      assert.deepEqual(client.watchEvents, []);
      await other.remove(scene.path('/child'));
      await client.untilWatchEvent('children', scene.path(''));
    },
  },
  {
    name: 'reading a missing node arms nothing',
    async run(scene) {
      const [client, other] = await scene.pair();
      const path = scene.path('/missing');
      const data = client.refusal('getData', (port) => port.getData({ path, watch: true }));
      const names = client.refusal('getChildren', (port) => port.getChildren({ path, watch: true }));
      assert.deepEqual([await data, await names], [errorNumbers.noNode, errorNumbers.noNode]);
      await other.create(path);
      await other.setData(path, 'x');
      await other.create(`${path}/child`);
      await scene.quiet();
      assert.deepEqual(client.watchEvents, []);
    },
  },
  {
    name: 'a read without a watch arms nothing',
    async run(scene) {
      const [client, other] = await scene.pair();
      const path = scene.path('/node');
      await client.exists(path);
      await other.create(path);
      await client.data(path);
      await client.names(path);
      await other.setData(path, 'x');
      await other.create(`${path}/child`);
      await scene.quiet();
      assert.deepEqual(client.watchEvents, []);
    },
  },
  {
    name: 'a watch that was armed twice fires once',
    async run(scene) {
      const [client, other] = await scene.pair();
      const path = scene.path('/node');
      await other.create(path);
      await Promise.all([client.data(path, true), client.data(path, true), client.exists(path, true)]);
      await other.setData(path, 'x');
      await client.untilWatchEvent('changed', path);
      await scene.quiet();
      assert.equal(client.watchEvents.length, 1);
    },
  },
  {
    name: 'watches of data and of children of one node are separate',
    async run(scene) {
      const [client, other] = await scene.pair();
      const path = scene.path('/node');
      await other.create(path);
      await client.data(path, true);
      await client.names(path, true);
      await other.setData(path, 'x');
      await other.create(`${path}/child`);
      await client.untilWatchEvent('children', path);
      assert.deepEqual(client.watchEvents, [
        { kind: 'changed', path },
        { kind: 'children', path },
      ]);
    },
  },
  {
    name: 'a watch fires for the client that armed it, and for no other',
    async run(scene) {
      const [client, other] = await scene.pair();
      const third = await scene.connected();
      const path = scene.path('/node');
      await other.create(path);
      await client.data(path, true);
      await third.data(path);
      await other.setData(path, 'x');
      await client.untilWatchEvent('changed', path);
      await scene.quiet();
      assert.deepEqual([third.watchEvents, other.watchEvents], [[], []]);
    },
  },
  {
    name: 'the end of a session is reported to clients that watch its nodes',
    async run(scene) {
      const [client, other] = await scene.pair();
      await client.create(scene.path('/mine'), null, 'ephemeral');
      await other.data(scene.path('/mine'), true);
      await other.names(scene.path(''), true);
      await client.close();
      await other.untilWatchEvent('deleted', scene.path('/mine'));
      await other.untilWatchEvent('children', scene.path(''));
    },
  },
  {
    name: 'a thousand watches all fire, each for its own node',
    async run(scene) {
      const [client, other] = await scene.pair();
      const paths = Array.from({ length: 1_000 }, (_, i) => scene.path(`/n${i}`));
      await Promise.all(paths.map((path) => client.exists(path, true)));
      await Promise.all(paths.map((path) => other.create(path)));
      for (const path of paths) await client.untilWatchEvent('created', path);
      assert.equal(client.watchEvents.length, paths.length);
    },
  },
  {
    name: 'a path that was forgotten can be watched again',
    async run(scene) {
      const [client, other] = await scene.pair();
      const path = scene.path('/node');
      await other.create(path);
      await client.data(path, true);
      client.port.forget(path);
      await client.data(path, true);
      await other.setData(path, 'x');
      await client.untilWatchEvent('changed', path);
    },
  },
  {
    name: 'forget never throws, whatever the phase and the path',
    async run(scene) {
      const client = scene.client();
      client.port.forget(scene.path('/never'));
      client.connect();
      await client.until('connected');
      client.port.forget(scene.path('/never'));
      await client.close();
      client.port.forget(scene.path('/never'));
    },
  },
];
