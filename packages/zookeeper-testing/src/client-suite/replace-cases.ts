import assert from 'node:assert/strict';
import { errorNumbers } from '@ndsr/zookeeper-common';
import type { ClientCase } from './client-case.js';
import { replaceBy } from './observed-client.js';

const { noNode, badVersion, notEmpty } = errorNumbers;

interface FailingReplace {
  readonly name: `/${string}`;
  readonly version: number;
  readonly number: number;
}

/** `/node` has data version 1, `/full` a child. */
const failingCalls: Readonly<Record<string, FailingReplace>> = {
  'of a missing node': { name: '/missing', version: 0, number: noNode },
  'of version 0, which is not any version,': { name: '/node', version: 0, number: badVersion },
  'of a newer version': { name: '/node', version: 2, number: badVersion },
  'of a node with children': { name: '/full', version: 0, number: notEmpty },
};

/** `replace`: one node is replaced by another in one transaction. */
export const clientReplaceCases: readonly ClientCase[] = [
  ...Object.entries(failingCalls).map(
    ([what, { name, version, number }]) =>
      ({
        name: `replace ${what} rejects with ${number} and changes nothing`,
        needs: 'replace' as const,
        async run(scene) {
          const [client, witness] = await scene.pair();
          await client.create(scene.path('/node'), 'zero');
          await client.setData(scene.path('/node'), 'one', 0);
          await client.create(scene.path('/full'));
          await client.create(scene.path('/full/child'));
          const before = await witness.stat(scene.path('/node'));
          const run = (): Promise<number> =>
            client.refusal('replace', (port) => replaceBy(port, scene.path(name), version, 'new'));
          assert.equal(await run(), number);
          assert.equal(await witness.text(scene.path('/node')), 'one');
          assert.deepEqual(await witness.stat(scene.path('/node')), before);
          assert.equal(await witness.exists(scene.path('/missing')), null);
        },
      }) satisfies ClientCase,
  ),
  {
    name: "replace takes over another session's ephemeral node, and the new one outlives that session",
    needs: 'replace',
    async run(scene) {
      const [client, witness] = await scene.pair();
      const path = scene.path('/node');
      const old = await scene.connected();
      await old.create(path, 'old', 'ephemeral');
      const before = await witness.stat(path);
      await client.replace(path, 0, 'new');
      const after = await witness.stat(path);
      assert.equal(await witness.text(path), 'new');
      assert.equal(after.ephemeralOwner, client.sessionId);
      assert.ok(after.czxid > before.czxid, 'a node of its own');
      assert.equal(after.version, 0);
      await old.close();
      assert.equal(await witness.text(path), 'new');
    },
  },
  {
    name: 'replace turns an ephemeral node into a persistent one and back',
    needs: 'replace',
    async run(scene) {
      const client = await scene.connected();
      const path = scene.path('/node');
      await client.create(path, 'a', 'ephemeral');
      await client.replace(path, 0, 'b', 'persistent');
      assert.equal((await client.stat(path)).ephemeralOwner, 0n);
      await client.replace(path, 0, '', 'ephemeral');
      assert.equal((await client.stat(path)).ephemeralOwner, client.sessionId);
      assert.equal(await client.text(path), '');
    },
  },
  {
    name: 'no client sees the node absent while it is replaced',
    needs: 'replace',
    async run(scene) {
      const [client, witness] = await scene.pair();
      const path = scene.path('/node');
      await client.create(path, 'first');
      const seen: Promise<unknown>[] = [];
      for (let round = 0; round < 30; round += 1) {
        const replaced = client.replace(path, 0, `${round}`);
        for (let look = 0; look < 10; look += 1) seen.push(witness.exists(path));
        await replaced;
      }
      assert.ok(!(await Promise.all(seen)).includes(null), 'the node was seen absent');
    },
  },
];
