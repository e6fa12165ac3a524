import assert from 'node:assert/strict';
import { Credentials, digestId } from '@ndsr/core/backend';
import type { AclRule } from '@ndsr/zookeeper-common';
import { errorNumbers } from '@ndsr/zookeeper-common';
import type { ClientCase } from './client-case.js';
import type { ClientScene } from './client-scene.js';
import { type ObservedClient, replaceBy } from './observed-client.js';

const ann = new Credentials('ann', 'secret:of-ann-ü');
const ben = new Credentials('ben', 'secret of ben');

const readers: AclRule = { scheme: 'world', id: 'anyone', permissions: 1 };

function onlyFor(credentials: Credentials): AclRule {
  const { username, password } = credentials.reveal();
  return { scheme: 'digest', id: digestId(username, password), permissions: 31 };
}

async function connectedAs(scene: ClientScene, ...all: Credentials[]): Promise<ObservedClient> {
  const client = await scene.connected();
  for (const credentials of all) client.port.authenticate(credentials);
  return client;
}

async function create(client: ObservedClient, path: string, ...acl: AclRule[]): Promise<void> {
  const data = new TextEncoder().encode('private');
  await client.call(`create ${path}`, (port) => port.create(path, data, 'persistent', acl));
}

/** Returns the error numbers of reading a node and then writing it; 0 if permitted. */
async function operations(client: ObservedClient, path: string): Promise<readonly number[]> {
  const number = async (call: Promise<unknown>): Promise<number> => {
    try {
      await call;
      return 0;
    } catch (error) {
      return (error as { number: number }).number;
    }
  };
  const read = await number(client.data(path));
  return [read, await number(client.setData(path, 'changed'))];
}

const allowed = [0, 0];
const readable = [0, errorNumbers.noAuth];
const closed = [errorNumbers.noAuth, errorNumbers.noAuth];

/** ACLs, and the identities that a client has authenticated as. */
export const clientAclCases: readonly ClientCase[] = [
  {
    name: 'a node is created with the given ACL, its data and version 0',
    needs: 'acls',
    async run(scene) {
      const client = await connectedAs(scene, ann);
      const witness = await scene.witness();
      await create(client, scene.path('/shown'), onlyFor(ann), readers);
      const { version, aversion, dataLength, ephemeralOwner } = await witness.stat(scene.path('/shown'));
      assert.deepEqual({ version, dataLength, ephemeralOwner }, { version: 0, dataLength: 7, ephemeralOwner: 0n });
      assert.ok(aversion <= 1);
      assert.deepEqual(await operations(witness, scene.path('/shown')), readable);
      assert.deepEqual(await operations(client, scene.path('/shown')), allowed);
      assert.equal(await witness.text(scene.path('/shown')), 'changed');
    },
  },
  {
    name: 'a node that is closed to others has its data, and is closed to others',
    needs: 'acls',
    async run(scene) {
      const client = await connectedAs(scene, ann);
      const witness = await scene.witness();
      await create(client, scene.path('/hidden'), onlyFor(ann));
      assert.equal(await client.text(scene.path('/hidden')), 'private');
      assert.deepEqual(await operations(witness, scene.path('/hidden')), closed);
      assert.deepEqual(await operations(client, scene.path('/hidden')), allowed);
    },
  },
  {
    name: 'a node without an ACL of its own is open to all',
    needs: 'acls',
    async run(scene) {
      const client = await connectedAs(scene, ann);
      await client.create(scene.path('/open'), 'public');
      assert.deepEqual(await operations(await scene.witness(), scene.path('/open')), allowed);
    },
  },
  {
    name: 'ephemeral, sequential and replacing nodes have the given ACL too',
    needs: 'acls',
    async run(scene) {
      const client = await connectedAs(scene, ann);
      const witness = await scene.witness();
      const data = new TextEncoder().encode('private');
      const [one, two] = [scene.path('/one'), scene.path('/two')];
      await client.call('create', (port) => port.create(one, data, 'ephemeral', [onlyFor(ann)]));
      const made = await client.call('create', (port) => port.createSequential(two, data, [onlyFor(ann)]));
      for (const path of [one, made]) {
        assert.equal((await client.stat(path)).ephemeralOwner, client.sessionId);
        assert.deepEqual(await operations(witness, path), closed);
        assert.equal(await client.text(path), 'private');
      }
    },
  },
  {
    name: 'a node that replaces another has the given ACL',
    needs: ['acls', 'replace'],
    async run(scene) {
      const client = await connectedAs(scene, ann);
      const witness = await scene.witness();
      await client.create(scene.path('/node'), 'open');
      await client.call('replace', (port) =>
        replaceBy(port, scene.path('/node'), 0, 'private', 'persistent', [onlyFor(ann)]),
      );
      assert.deepEqual(await operations(witness, scene.path('/node')), closed);
      assert.equal(await client.text(scene.path('/node')), 'private');
    },
  },
  {
    name: 'create with an ACL fails as without: NODE_EXISTS changes nothing, NO_NODE without a parent',
    needs: 'acls',
    async run(scene) {
      const client = await connectedAs(scene, ann);
      const witness = await scene.witness();
      await witness.create(scene.path('/node'), 'of somebody');
      const before = await witness.stat(scene.path('/node'));
      const again = (path: string) =>
        client.refusal(`create ${path}`, (port) =>
          port.create(path, new TextEncoder().encode('ours'), 'persistent', [onlyFor(ann)]),
        );
      assert.equal(await again(scene.path('/node')), errorNumbers.nodeExists);
      assert.deepEqual(await witness.stat(scene.path('/node')), before);
      assert.equal(await again(scene.path('/missing/node')), errorNumbers.noNode);
      assert.equal(await witness.text(scene.path('/node')), 'of somebody');
    },
  },
  {
    name: 'an ACL that the servers refuse is INVALID_ACL, and no node is left',
    needs: 'acls',
    async run(scene) {
      const client = await scene.connected();
      const acl = [{ scheme: 'ip', id: 'nowhere', permissions: 31 }];
      const number = await client.refusal('create', (port) =>
        port.create(scene.path('/node'), new Uint8Array(1), 'persistent', acl),
      );
      assert.equal(number, errorNumbers.invalidAcl);
      assert.equal(await client.exists(scene.path('/node')), null);
    },
  },
  {
    name: 'authenticate applies to every later request, before the connection and after, and adds to earlier credentials',
    needs: 'acls',
    async run(scene) {
      const owner = await connectedAs(scene, ann, ben);
      for (const one of [ann, ben]) {
        await create(owner, scene.path(`/of-${one.username}`), onlyFor(one));
      }
      const client = scene.client();
      client.port.authenticate(ann);
      client.connect();
      client.port.authenticate(ann);
      await client.until('connected');
      assert.deepEqual(await operations(client, scene.path('/of-ann')), allowed);
      assert.deepEqual(await operations(client, scene.path('/of-ben')), closed);
      client.port.authenticate(ben);
      assert.deepEqual(await operations(client, scene.path('/of-ben')), allowed);
      assert.deepEqual(await operations(client, scene.path('/of-ann')), allowed);
    },
  },
  {
    name: 'authenticate called repeatedly while connecting is never missed',
    needs: 'acls',
    async run(scene) {
      const owner = await connectedAs(scene, ann);
      await create(owner, scene.path('/of-ann'), onlyFor(ann));
      for (let i = 0; i < 40; i += 1) {
        const client = scene.client();
        client.connect();
        // At different moments of the handshake.
        await new Promise((resolve) => setTimeout(resolve, i / 2));
        client.port.authenticate(ann);
        await client.until('connected');
        assert.deepEqual(await operations(client, scene.path('/of-ann')), allowed);
        await client.close();
      }
    },
  },
  {
    name: 'after a reconnect it has all its identities again, before any other request',
    needs: ['acls', 'faults'],
    async run(scene) {
      const client = await connectedAs(scene, ann);
      for (const one of [ann, ben]) {
        if (one === ben) client.port.authenticate(ben);
        await create(client, scene.path(`/of-${one.username}`), onlyFor(one));
      }
      const first: Promise<unknown>[] = [];
      client.onEvent(({ type }) => {
        if (type !== 'connected') return;
        for (const name of ['/of-ann', '/of-ben'] as const) first.push(client.data(scene.path(name)));
      });
      await scene.goDown(client);
      await scene.comeBack(client);
      assert.equal(first.length, 2);
      await Promise.all(first);
    },
  },
];
