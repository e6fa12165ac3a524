import assert from 'node:assert/strict';
import { type AclEntry, digestId, InvalidArgumentError, type RegistryOptions, type ServiceRegistry } from '@ndsr/core';
import { rejectsWith } from '../support/rejection.js';
import type { RegistryCase } from './registry-case.js';

const ann = { username: 'ann', password: 'secret of ann' };
const ben = { username: 'ben', password: 'secret of ben' };

const everybody: AclEntry = { scheme: 'world', id: 'anyone', permissions: 'all' };

const badOptions: Readonly<Record<string, object>> = {
  'a user without a password': { username: 'ann' },
  'a password without a user': { password: 'secret' },
  'a user with a colon': { username: 'a:b', password: 'secret' },
  'an ACL that is not a list': { acl: everybody },
  'an empty ACL': { acl: [] },
  'an ACL entry without an id': { acl: [{ scheme: 'world', permissions: 'all' }] },
  'an ACL with an unknown permission': { acl: [{ ...everybody, permissions: ['execute'] }] },
  'an ACL with a password instead of a digest': { acl: [{ scheme: 'digest', id: 'ann:secret', permissions: 'all' }] },
  'an ACL for credentials that are not given': { acl: [{ scheme: 'auth', id: '', permissions: 'all' }] },
};

const badCredentials: Readonly<Record<string, unknown>> = {
  nothing: undefined,
  'a name only': 'ann',
  'no password': { username: 'ann' },
  'a user with a colon': { username: 'a:b', password: 'secret' },
  'a misspelt name': { ...ann, pasword: 'secret' },
};

async function transactionOf(registry: ServiceRegistry, path: string): Promise<bigint | undefined> {
  return (await registry.get(path)).stat?.czxid;
}

/** Credentials, and the ACLs of created nodes. A backend without ACLs accepts them and ignores them. */
export const credentialsCases: readonly RegistryCase[] = [
  ...Object.entries(badOptions).map(
    ([what, options]): RegistryCase => ({
      name: `${what} is refused by the constructor with InvalidArgumentError, which quotes no secret`,
      async run(scene) {
        assert.throws(
          () => scene.registry(options as RegistryOptions),
          (error: Error) => error instanceof InvalidArgumentError && !/secret/.test(error.message),
        );
      },
    }),
  ),
  ...Object.entries(badCredentials).map(
    ([what, credentials]): RegistryCase => ({
      name: `setCredentials with ${what} is refused with InvalidArgumentError before anything is sent`,
      async run(scene) {
        const registry = scene.registry();
        const error = await rejectsWith(
          InvalidArgumentError,
          (async () => registry.setCredentials(credentials as typeof ann))(),
        );
        assert.doesNotMatch(error.message, /secret/);
        assert.equal(registry.phase, 'idle');
      },
    }),
  ),
  ...Object.entries({
    credentials: ann,
    'an ACL of its own': { acl: [everybody] },
    both: {
      ...ann,
      acl: [
        { scheme: 'auth', id: '', permissions: 'all' },
        { ...everybody, permissions: ['read'] },
      ],
    },
    'an ACL that excludes all others': {
      ...ann,
      acl: [{ scheme: 'digest', id: digestId(ann.username, ann.password), permissions: 'all' }],
    },
  } satisfies Record<string, RegistryOptions>).map(
    ([what, options]): RegistryCase => ({
      name: `a registry with ${what} makes, changes, reads, locks and removes as one without`,
      async run(scene) {
        const [registry, other] = await scene.pair(options);
        assert.equal(await registry.setNode('/a/b/node', { by: 'us' }), true);
        assert.equal(await registry.setData('/a/b/data', { round: 1 }), true);
        assert.equal(await registry.setData('/a/b/data', { round: 2 }), true);
        const { children } = await other.get('/a/b');
        assert.deepEqual([children.node?.by, children.data?.round], ['us', 2]);
        assert.equal((await other.get('/a/b/node')).data?.by, 'us');
        assert.equal(await registry.acquireLock('/a/lock', { name: 'us' }), true);
        assert.equal(await other.acquireLock('/a/lock', { waitMs: 0 }), false);
        assert.equal(await registry.releaseLock('/a/lock'), true);
        assert.equal(await other.acquireLock('/a/lock'), true);
        assert.equal(await registry.unset('/a/b/node'), true);
        assert.equal(await other.unset('/a/b/data'), true);
        assert.deepEqual(Object.keys((await registry.get('/a/b')).children), []);
      },
    }),
  ),
  {
    name: 'setCredentials keeps existing registrations, and later ones are created as usual',
    async run(scene) {
      const registry = await scene.started(ann);
      await registry.setNode('/kept/one', { by: 'ann' });
      const before = await transactionOf(registry, '/kept/one');
      registry.setCredentials(ben);
      assert.equal(await registry.setNode('/kept/two', { by: 'ben' }), true);
      registry.setCredentials({ ...ben, password: 'another secret' });
      assert.equal(await registry.setNode('/kept/three', { by: 'ben' }), true);
      assert.equal(await transactionOf(registry, '/kept/one'), before);
      assert.equal(await registry.setNode('/kept/one', { by: 'still ann' }), true);
      assert.equal(await registry.unset('/kept/one'), true);
      assert.deepEqual(Object.keys((await registry.get('/kept')).children), ['three', 'two']);
    },
  },
  {
    name: 'setCredentials may be called before the start, and after a stop',
    async run(scene) {
      const registry = scene.registry();
      registry.setCredentials(ann);
      assert.equal(registry.phase, 'idle');
      assert.equal(await registry.setNode('/early'), true);
      await registry.stop();
      registry.setCredentials(ben);
      assert.equal(await scene.within('start', registry.start()), true);
      assert.equal(await registry.setNode('/late'), true);
      await scene.eventually('the first is back', () => registry.phase === 'connected');
      assert.notEqual(
        (await registry.get('/', { minChildren: 2, waitMs: scene.options.patienceMs })).children.early,
        undefined,
      );
    },
  },
  {
    name: 'setCredentials without a connection is accepted, and takes effect once connected',
    needs: 'faults',
    async run(scene) {
      const registry = await scene.started();
      await registry.setNode('/out/before');
      await scene.goDown(registry);
      registry.setCredentials(ann);
      await scene.comeBack(registry);
      await scene.eventually('it is live again', () => registry.phase === 'connected');
      assert.equal(await registry.setNode('/out/after'), true);
      assert.deepEqual(Object.keys((await registry.get('/out')).children), ['after', 'before']);
    },
  },
  {
    name: 'after a lost session all registrations are re-created, including those made with earlier credentials',
    needs: 'faults',
    async run(scene) {
      const registry = await scene.started(ann);
      await registry.setNode('/lost/of/ann', { by: 'ann' });
      registry.setCredentials(ben);
      await registry.setNode('/lost/of/ben', { by: 'ben' });
      await scene.expire(registry);
      const { children } = await registry.get('/lost/of', { minChildren: 2, waitMs: scene.options.patienceMs });
      assert.deepEqual([children.ann?.by, children.ben?.by], ['ann', 'ben']);
      assert.equal(await registry.setNode('/lost/of/ann', { by: 'ann again' }), true);
    },
  },
];
