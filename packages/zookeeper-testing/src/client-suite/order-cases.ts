import assert from 'node:assert/strict';
import type { ZooKeeperClient } from '@ndsr/zookeeper-common';
import type { ClientCase } from './client-case.js';
import type { ObservedClient } from './observed-client.js';

interface OwnWrite {
  readonly made: boolean;
  run(client: ObservedClient, path: string): Promise<void>;
  /** The event that is delivered before the write resolves, besides that of the parent's list. */
  readonly kind: 'created' | 'changed' | 'deleted';
  readonly listed: boolean;
  readonly needs?: 'replace';
}

const writes: Readonly<Record<string, OwnWrite>> = {
  create: { made: false, run: (client, path) => client.create(path, 'x'), kind: 'created', listed: true },
  setData: { made: true, run: (client, path) => client.setData(path, 'x'), kind: 'changed', listed: false },
  remove: { made: true, run: (client, path) => client.remove(path), kind: 'deleted', listed: true },
  replace: {
    made: true,
    run: (client, path) => client.replace(path, 0, 'x'),
    kind: 'deleted',
    listed: true,
    needs: 'replace',
  },
};

/** Duty 3: answers and events arrive in the servers' order. */
export const clientOrderCases: readonly ClientCase[] = [
  {
    name: 'answers arrive in the order of the calls',
    async run(scene) {
      const client = await scene.connected();
      const settled: number[] = [];
      await Promise.all(
        Array.from({ length: 200 }, async (_, i) => {
          const note = (): void => void settled.push(i);
          await client.call('a call', (port) => anyCall(port, scene.path(`/n${i - (i % 4)}`), i).then(note, note));
        }),
      );
      assert.deepEqual(
        settled,
        settled.map((_, i) => i),
      );
    },
  },
  {
    name: 'a request made after a write sees it, without waiting for it',
    async run(scene) {
      const client = await scene.connected();
      const path = scene.path('/node');
      const created = client.create(path, '0');
      const seen: Promise<string | null>[] = [];
      const writes: Promise<void>[] = [];
      for (let version = 0; version < 30; version += 1) {
        writes.push(client.setData(path, `${version}`, version));
        seen.push(client.text(path));
      }
      await Promise.all([created, ...writes]);
      assert.deepEqual(
        await Promise.all(seen),
        seen.map((_, i) => `${i}`),
      );
    },
  },
  ...Object.entries(writes).map(
    ([name, { made, run, kind, listed, needs }]) =>
      ({
        name: `the events of an own ${name} come before it resolves`,
        ...(needs === undefined ? {} : { needs }),
        async run(scene) {
          const client = await scene.connected();
          for (let round = 0; round < 20; round += 1) {
            const path = scene.path(`/n${round}`);
            if (made) await client.create(path, 'before');
            await client.exists(path, true);
            await client.names(scene.path(''), true);
            client.log.length = 0;
            await run(client, path).then(() => client.log.push('resolved'));
            const list = listed ? [`children ${scene.path('')}`] : [];
            assert.deepEqual(client.log, [`${kind} ${path}`, ...list, 'resolved']);
            // Leaves no watch of the list for the next round.
            if (!listed) await client.create(scene.path(`/spend-${round}`));
          }
        },
      }) satisfies ClientCase,
  ),
  {
    name: 'the event of a watch arrives after the answer of the read that armed it',
    async run(scene) {
      const client = await scene.connected();
      const path = scene.path('/node');
      await client.create(path);
      for (let round = 0; round < 20; round += 1) {
        client.log.length = 0;
        // All at once, so that answers and event arrive together.
        const read = client.data(path, true).then(() => client.log.push('read'));
        const write = client.setData(path, 'x').then(() => client.log.push('written'));
        await Promise.all([read, write]);
        assert.deepEqual(client.log, ['read', `changed ${path}`, 'written']);
      }
    },
  },
  {
    name: 'events arrive in the order of the changes, and before a read that shows a later one',
    async run(scene) {
      const [client, other] = await scene.pair();
      const paths = Array.from({ length: 50 }, (_, i) => scene.path(`/n${i}`));
      await Promise.all(paths.map((path) => other.create(path)));
      await Promise.all(paths.map((path) => client.data(path, true)));
      const changes = Promise.all(paths.map((path) => other.setData(path, 'x')));
      // Once a later change is visible, the events of all earlier ones have been delivered.
      for (let last: string | null = ''; last !== 'x'; ) last = await client.text(paths[49] ?? '');
      assert.deepEqual(
        client.watchEvents.slice(0, 50).map(({ path }) => path),
        paths,
      );
      await changes;
    },
  },
];

/** In a sequence of four calls for one path the third is refused. */
function anyCall(port: ZooKeeperClient, path: string, i: number): Promise<unknown> {
  if (i % 4 === 1) return port.getData({ path, watch: true });
  if (i % 4 === 3) return port.exists({ path, watch: false });
  return port.create(path, null, 'persistent');
}
