import { type AclEntry, digestId, NotAuthorizedError, type RegistryOptions, type ServiceRegistry } from '@ndsr/core';
import { ZooKeeperServer } from '@ndsr/zookeeper-testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { backends } from './backends.js';
import { PythonPeer } from './python-peer.js';

const ann = { username: 'ann', password: 'S3CRET:of-ann' };
const ben = { username: 'ben', password: 'S3CRET of ben' };

/** In the format of the peer. */
const open = ['world:anyone 31'];
const ofAnn = [`digest:${digestId(ann.username, ann.password)} 31`, 'world:anyone 1'];

let server: ZooKeeperServer;
/** Python processes: one with the credentials of ann, one with those of ben, and one without. */
let asAnn: PythonPeer;
let asBen: PythonPeer;
let nobody: PythonPeer;
beforeAll(async () => {
  server = await ZooKeeperServer.start();
  [asAnn, asBen, nobody] = (await Promise.all([1, 2, 3].map(() => PythonPeer.start(server.address, 10_000)))) as [
    PythonPeer,
    PythonPeer,
    PythonPeer,
  ];
  await asBen.ask('log_in', ben);
}, 180_000);
beforeEach(() => asAnn.ask('log_in', ann));
afterAll(async () => {
  await Promise.all([asAnn, asBen, nobody].map((peer) => peer?.[Symbol.asyncDispose]()));
  await server?.stop();
});

describe.each(backends)('Python and $name', ({ name: backend, open: openOn }) => {
  function registryOf(options: RegistryOptions = ann): ServiceRegistry {
    const registry = openOn(server.address, options);
    onTestFinished(() => registry.stop());
    return registry;
  }

  /** The ACLs of a node and its ancestors, from the node upwards, as read by Python's ann. */
  async function aclsFrom(path: string): Promise<readonly (readonly string[])[]> {
    const names = path.split('/').slice(2);
    const paths = names.map((_, i) => `/${backend}/${names.slice(0, names.length - i).join('/')}`);
    return Promise.all(paths.map((each) => asAnn.ask<readonly string[]>('acl', { path: each })));
  }

  it.each(['node', 'data'] as const)(
    'give set_%s and its direct parent the same ACL, and leave those above open',
    async (what) => {
      const [ours, theirs] = [`/${backend}/${what}-ours/a/b/c`, `/${backend}/${what}-theirs/a/b/c`];
      const registry = registryOf();
      await (what === 'node' ? registry.setNode(ours) : registry.setData(ours));
      await asAnn.ask(`set_${what}`, { path: theirs });
      expect(await aclsFrom(ours)).toEqual([ofAnn, ofAnn, open, open]);
      expect(await aclsFrom(theirs)).toEqual(await aclsFrom(ours));
    },
  );

  it('give a node below an existing one the same ACL, and leave the existing one unchanged', async () => {
    const registry = registryOf();
    await nobody.ask('put', { path: `/${backend}/there`, text: '{}' });
    await registry.setNode(`/${backend}/there/ours`);
    await asAnn.ask('set_node', { path: `/${backend}/there/theirs` });
    for (const name of ['ours', 'theirs']) expect(await aclsFrom(`/${backend}/there/${name}`)).toEqual([ofAnn, open]);
    await registry.setData(`/${backend}/there`, { written: 'over' });
    await asAnn.ask('set_data', { path: `/${backend}/there` });
    expect(await aclsFrom(`/${backend}/there`)).toEqual([open]);
  });

  it('work below each other’s parents, read each other’s nodes, and exclude other users', async () => {
    const registry = registryOf();
    const ofBen = registryOf(ben);
    await registry.setNode(`/${backend}/ours/one`, { by: 'node' });
    await asAnn.ask('set_node', { path: `/${backend}/theirs/one`, data: { by: 'python' } });
    await asAnn.ask('set_node', { path: `/${backend}/ours/two` });
    await registry.setNode(`/${backend}/theirs/two`);
    for (const parent of [`/${backend}/ours`, `/${backend}/theirs`]) {
      expect(Object.keys((await ofBen.get(parent)).children)).toEqual(['one', 'two']);
      await expect(ofBen.setNode(`${parent}/three`)).rejects.toBeInstanceOf(NotAuthorizedError);
      await expect(asBen.ask('set_node', { path: `${parent}/three` })).rejects.toThrow('NoAuthError');
      await expect(ofBen.setData(`${parent}/one`, { by: 'ben' })).rejects.toThrow();
      await expect(asBen.ask('change', { path: `${parent}/one` })).rejects.toThrow('NoAuthError');
    }
  });

  it('treat a custom ACL the same', async () => {
    const acl: AclEntry[] = [
      { scheme: 'digest', id: digestId(ann.username, ann.password), permissions: 'all' },
      { scheme: 'digest', id: digestId(ben.username, ben.password), permissions: ['read', 'create'] },
      { scheme: 'ip', id: '10.1.0.0/16', permissions: ['read', 'write', 'delete', 'admin'] },
    ];
    const rows = [
      ['digest', acl[0]?.id, 31],
      ['digest', acl[1]?.id, 5],
      ['ip', '10.1.0.0/16', 27],
    ];
    await asAnn.ask('log_in', { ...ann, acl: rows });
    const [ours, theirs] = [`/${backend}/own-ours/a/b`, `/${backend}/own-theirs/a/b`];
    await registryOf({ ...ann, acl }).setNode(ours, { closed: true });
    await asAnn.ask('set_node', { path: theirs, data: { closed: true } });
    const own = rows.map(([scheme, id, bits]) => `${scheme}:${id} ${bits}`);
    expect(await aclsFrom(ours)).toEqual([own, own, open]);
    expect(await aclsFrom(theirs)).toEqual(await aclsFrom(ours));
    await expect(nobody.read(ours)).rejects.toThrow('NoAuthError');
    await expect(asBen.read(ours)).resolves.toMatchObject({ shown: expect.stringContaining('"closed": true') });
    await expect(registryOf({}).get(theirs)).rejects.toBeInstanceOf(NotAuthorizedError);
  });

  it('treat credentials that are added later the same', async () => {
    const registry = registryOf({});
    await registry.setNode(`/${backend}/later/nobody/one`);
    registry.setCredentials(ben);
    await registry.setNode(`/${backend}/later/ben/one`);
    registry.setCredentials(ann);
    await registry.setNode(`/${backend}/later/ann/one`);
    await asAnn.ask('set_node', { path: `/${backend}/later/python/one` });
    expect(await aclsFrom(`/${backend}/later/nobody/one`)).toEqual([open, open, open]);
    expect(await aclsFrom(`/${backend}/later/ann/one`)).toEqual([ofAnn, ofAnn, open]);
    expect(await aclsFrom(`/${backend}/later/python/one`)).toEqual([ofAnn, ofAnn, open]);
    const ofBen = await asBen.ask('acl', { path: `/${backend}/later/ben/one` });
    expect(ofBen).toEqual([`digest:${digestId(ben.username, ben.password)} 31`, 'world:anyone 1']);
    // Both are still active.
    await registry.setNode(`/${backend}/later/ben/one`, { by: 'ann' });
    await registry.setNode(`/${backend}/later/ben/two`);
  });

  it('protect the nodes of their locks, below parents that are open', async () => {
    const registry = registryOf();
    const path = `/${backend}/locks/a/report`;
    expect(await registry.acquireLock(path)).toBe(true);
    const [lease] = Object.keys((await registry.get(path, { children: 'names' })).children);
    expect(await aclsFrom(`${path}/${lease}`)).toEqual([ofAnn, ofAnn, open, open]);
    expect(await aclsFrom(`${path}-__lock__`)).toEqual([ofAnn, open, open]);
    expect(await asAnn.ask('lock', { path })).toBe(false);
    await expect(asBen.ask('lock', { path })).rejects.toThrow('NoAuthError');
    expect(await asBen.ask('lock', { path: `/${backend}/locks/a/of-ben` })).toBe(true);
    await expect(registryOf(ben).acquireLock(path, { waitMs: 0 })).rejects.toBeInstanceOf(NotAuthorizedError);
    await registry.releaseLock(path);
    expect(await asAnn.ask('lock', { path })).toBe(true);
  });
});
