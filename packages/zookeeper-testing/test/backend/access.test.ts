import { Credentials } from '@ndsr/core/backend';
import { turn } from '@ndsr/test-support';
import { errorNumbers } from '@ndsr/zookeeper-common';
import { describe, expect, test } from 'vitest';
import type { FakeRequest, FakeZooKeeper } from '../../src/fake/index.js';
import { connectedBackend, type OpenBackend } from './open-backend.js';
import { bytes } from './watch-log.js';

const ann = new Credentials('ann', 'a');
const ben = new Credentials('ben', 'b');

/** Returns the user of the ACL of each created node, `open` for none, by path. */
function aclsOf({ requests }: FakeZooKeeper): Record<string, string> {
  const made = requests.map(({ request }) => request).filter((request) => 'acl' in request);
  return Object.fromEntries(made.map((request) => [request.path, whose(request)]));
}

function whose(request: Extract<FakeRequest, { acl: unknown }>): string {
  return request.acl?.map(({ id, permissions }) => `${id.split(':')[0]} ${permissions}`).join(', ') ?? 'open';
}

function create({ backend }: OpenBackend, path: string, more: object = {}): Promise<unknown> {
  return backend.create(path, { kind: 'ephemeral', replacing: null, data: bytes('x'), ...more });
}

const annOwns = 'ann 31, anyone 1';

describe('a created node', () => {
  test('shares its ACL with a missing direct parent; parents above that are open', async () => {
    const open = await connectedBackend({ credentials: ann, chroot: '/tree' });
    await create(open, '/a/b/c/node');
    await create(open, '/a/b/other');
    await open.backend.createSequential('/a/line/entry-', bytes('x'));
    expect(aclsOf(open.zooKeeper)).toEqual({
      '/tree': 'open',
      '/tree/a': 'open',
      '/tree/a/b': 'open',
      '/tree/a/b/c': annOwns,
      '/tree/a/b/c/node': annOwns,
      '/tree/a/b/other': annOwns,
      '/tree/a/line': annOwns,
      '/tree/a/line/entry-': annOwns,
    });
  });

  test('for many has open parents, all of them', async () => {
    const open = await connectedBackend({ credentials: ann });
    await create(open, '/locks/report', { kind: 'persistent', openParents: true });
    expect(aclsOf(open.zooKeeper)).toEqual({ '/locks': 'open', '/locks/report': annOwns });
  });

  test('that replaces another has its own ACL, in one step or in two', async () => {
    for (const inOneStep of [true, false]) {
      const open = await connectedBackend({
        credentials: ann,
        wrap: (sound) => (inOneStep ? sound : Object.assign(sound, { replace: undefined })),
      });
      open.zooKeeper.tree.create('/a', null);
      await create(open, '/a', { replacing: 0 });
      expect(aclsOf(open.zooKeeper)).toEqual({ '/a': annOwns });
    }
  });

  test('that is created while another is removed has its own ACL', async () => {
    const open = await connectedBackend({ credentials: ann });
    open.zooKeeper.tree.create('/old', null);
    await open.backend.createAndRemove?.('/new', { kind: 'ephemeral', data: bytes('x'), removing: '/old' });
    expect(aclsOf(open.zooKeeper)).toEqual({ '/new': annOwns });
    expect(open.zooKeeper.tree.paths).toEqual(['/new']);
  });

  test('has the ACL of the latest credentials', async () => {
    const open = await connectedBackend();
    await create(open, '/before');
    open.backend.authenticate(ann);
    await create(open, '/ann');
    open.backend.authenticate(ben);
    await create(open, '/ben');
    open.backend.authenticate(ann);
    await create(open, '/again');
    expect(aclsOf(open.zooKeeper)).toEqual({
      '/before': 'open',
      '/ann': annOwns,
      '/ben': 'ben 31, anyone 1',
      '/again': annOwns,
    });
  });

  test('costs as many requests with credentials as without', async () => {
    const counts = await Promise.all(
      [undefined, ann].map(async (credentials) => {
        const open = await connectedBackend({ credentials });
        await create(open, '/a/b');
        await open.backend.write('/a/b', bytes('y'), 0);
        return open.zooKeeper.requests.length;
      }),
    );
    expect(counts).toEqual([4, 4]);
  });

  test('with an ACL that the servers refuse is refused with an explanation', async () => {
    const open = await connectedBackend({ acl: [{ scheme: 'x509', id: 'CN=a', permissions: 'all' }] });
    open.zooKeeper.refuse(errorNumbers.invalidAcl);
    await expect(create(open, '/a')).rejects.toMatchObject({
      code: 'ERR_NDSR_BACKEND',
      message: '/a: the servers do not take the ACL',
    });
  });
});

describe('the identities of the clients', () => {
  /** Returns the names, in their order. */
  function names({ zooKeeper }: OpenBackend): string[][] {
    const clients = zooKeeper.clients as unknown as { identities: Credentials[] }[];
    return clients.map(({ identities }) => identities.map(({ username }) => username));
  }

  test('are all that were added, in every session', async () => {
    const open = await connectedBackend({ credentials: ann });
    expect(names(open)).toEqual([['ann']]);
    open.backend.authenticate(ben);
    expect(names(open)).toEqual([['ann', 'ben']]);
    open.zooKeeper.expire(open.client());
    await turn(1);
    open.backend.authenticate(ann);
    expect(names(open)).toEqual([
      ['ann', 'ben'],
      ['ann', 'ben', 'ann'],
    ]);
    await open.backend.close();
  });
});
