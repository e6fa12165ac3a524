import assert from 'node:assert/strict';
import { Credentials, digestId } from '@ndsr/core/backend';
import { type AclRule, type CreateMode, errorNumbers, type ZooKeeperClient } from '@ndsr/zookeeper-common';
import type { ClientCase } from './client-case.js';

const { noNode, nodeExists, notEmpty, noAuth } = errorNumbers;

interface FailingCall {
  readonly path: `/${string}`;
  readonly removing: `/${string}`;
  readonly number: number;
}

/** `/old` and `/full` exist, and `/full` has a child. */
const failingCalls: Readonly<Record<string, FailingCall>> = {
  'of a path that is taken': { path: '/full', removing: '/old', number: nodeExists },
  'below a missing parent': { path: '/missing/new', removing: '/old', number: noNode },
  'with a node to remove that is missing': { path: '/new', removing: '/missing', number: noNode },
  'with a node to remove that has children': { path: '/new', removing: '/full', number: notEmpty },
};

/** `createAndRemove`: one node is created and another removed, in one transaction. */
export const clientCreateAndRemoveCases: readonly ClientCase[] = [
  ...Object.entries(failingCalls).map(
    ([what, { path, removing, number }]) =>
      ({
        name: `createAndRemove ${what} rejects with ${number} and changes nothing`,
        needs: 'createAndRemove' as const,
        async run(scene) {
          const [client, witness] = await scene.pair();
          for (const name of ['/old', '/full', '/full/child'] as const) await client.create(scene.path(name), 'before');
          const run = (): Promise<number> =>
            client.refusal('createAndRemove', (port) =>
              createAndRemoveBy(port, scene.path(path), scene.path(removing)),
            );
          assert.equal(await run(), number);
          assert.equal(await witness.text(scene.path('/old')), 'before');
          assert.equal(await witness.text(scene.path('/full')), 'before');
          assert.equal(await witness.exists(scene.path('/new')), null);
          assert.equal(await witness.exists(scene.path('/missing')), null);
        },
      }) satisfies ClientCase,
  ),
  {
    name: 'createAndRemove creates a node of the session and removes another of any version; both are reported before it resolves',
    needs: 'createAndRemove',
    async run(scene) {
      const client = await scene.connected();
      const [made, old] = [scene.path('/new'), scene.path('/old')];
      await client.create(old, 'one');
      await client.setData(old, 'two', 0);
      await client.exists(made, true);
      await client.exists(old, true);
      await client.call('createAndRemove', (port) => createAndRemoveBy(port, made, old));
      assert.deepEqual(
        client.watchEvents.map(({ kind, path }) => `${kind} ${path}`).sort(),
        [`created ${made}`, `deleted ${old}`].sort(),
      );
      assert.equal(await client.text(made), 'new');
      const { ephemeralOwner, version } = await client.stat(made);
      assert.deepEqual({ ephemeralOwner, version }, { ephemeralOwner: client.sessionId, version: 0 });
      await client.create(old, 'again');
      const persistent = scene.path('/persistent');
      await client.call('createAndRemove', (port) => createAndRemoveBy(port, persistent, old, 'persistent'));
      assert.equal((await client.stat(persistent)).ephemeralOwner, 0n);
    },
  },
  {
    name: 'the node of a createAndRemove has the given ACL',
    needs: ['acls', 'createAndRemove'],
    async run(scene) {
      const ann = new Credentials('ann', 'secret of ann');
      const { username, password } = ann.reveal();
      const [client, witness] = await scene.pair();
      client.port.authenticate(ann);
      await client.create(scene.path('/old'));
      const acl = [{ scheme: 'digest', id: digestId(username, password), permissions: 31 }];
      await client.call('createAndRemove', (port) =>
        createAndRemoveBy(port, scene.path('/new'), scene.path('/old'), 'ephemeral', acl),
      );
      assert.equal(await client.text(scene.path('/new')), 'new');
      const read = (port: ZooKeeperClient) => port.getData({ path: scene.path('/new'), watch: false });
      assert.equal(await witness.refusal('getData', read), noAuth);
    },
  },
];

function createAndRemoveBy(
  port: ZooKeeperClient,
  path: string,
  removing: string,
  mode: CreateMode = 'ephemeral',
  acl?: readonly AclRule[],
): Promise<void> {
  assert.ok(port.createAndRemove !== undefined, 'the suite was given `createAndRemove: true`, but the client has none');
  return port.createAndRemove(path, new TextEncoder().encode('new'), mode, removing, acl);
}
