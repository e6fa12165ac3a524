import { BackendError } from '@ndsr/core/backend';
import { turn } from '@ndsr/test-support';
import type { ClientObserver, WatchEvent } from '@ndsr/zookeeper-common';
import { describe, expect, test } from 'vitest';
import { type Lies, lyingClient } from './lying-client.js';
import { connectedBackend, type OpenBackend, type OpenOptions } from './open-backend.js';
import { bytes, WatchLog } from './watch-log.js';

interface Scene extends OpenBackend {
  readonly log: WatchLog;
}

/** Watches `/w`, which has the children `a` and `b`, at servers with such answers. */
async function watchingLiars(lies: Lies, options: OpenOptions = {}): Promise<Scene> {
  const open = await connectedBackend({ wrap: (sound) => lyingClient(sound, lies), ...options });
  const { tree } = open.zooKeeper;
  tree.create('/w', bytes('own'));
  for (const name of ['a', 'b']) tree.create(`/w/${name}`, bytes(name));
  const log = new WatchLog();
  open.backend.watch('/w', { children: 'data' }, log);
  await turn(1);
  return { ...open, log };
}

/** Lists these names too, as if they were children. */
const alsoListing =
  (isLying: () => boolean, ...names: readonly string[]): Lies['list'] =>
  (path, { names: truth, stat }) => {
    const added = isLying() && path === '/w' ? names : [];
    return { names: [...truth, ...added], stat: { ...stat, numChildren: stat.numChildren + added.length } };
  };

const requestsIn = async (scene: Scene, ms: number): Promise<number> => {
  scene.zooKeeper.requests.length = 0;
  await scene.clock.advance(ms);
  return scene.zooKeeper.requests.length;
};

describe('a list of children that no node can have', () => {
  const names: unknown[] = ['..', '.', '', 'x/y', '/', 'a\0b', '\ufffd', null, undefined];
  const lists: [string, Lies['list']][] = [
    ...names.map((name): [string, Lies['list']] => [
      `the name ${JSON.stringify(name)}`,
      alsoListing(() => true, name as string),
    ]),
    ['a name twice', alsoListing(() => true, 'a')],
    ['more names than children', (_, { names: truth, stat }) => ({ names: [...truth, 'c'], stat })],
    ['fewer names than children', (_, { stat }) => ({ names: ['a'], stat })],
  ];

  test.each(lists)(
    '%s fails that read with a typed error, once, and is read again with growing pauses',
    async (_, list) => {
      const scene = await watchingLiars({ list });
      expect(scene.log.faults).toHaveLength(1);
      expect(scene.log.faults[0]).toBeInstanceOf(BackendError);
      expect(scene.log.faults[0]).toMatchObject({ path: '/w', message: /^\/w: the servers list / });
      expect(scene.log.nodes).toEqual([]);
      expect([await requestsIn(scene, 1_000), await requestsIn(scene, 2_000), await requestsIn(scene, 4_000)]).toEqual([
        1, 1, 1,
      ]);
      expect(scene.log.faults).toHaveLength(1);
      await expect(scene.backend.read('/w', { children: 'data' })).rejects.toBeInstanceOf(BackendError);
    },
  );

  test('does not hide known data, and other paths are read as before', async () => {
    let isLying = false;
    const scene = await watchingLiars({ list: alsoListing(() => isLying, '..') });
    isLying = true;
    scene.zooKeeper.tree.create('/w/c', bytes('c'));
    await turn(1);
    expect(scene.log.children).toEqual({ a: 'a', b: 'b' });
    expect((await scene.backend.read('/w/c', { children: 'data' })).data).toEqual(bytes('c'));
    isLying = false;
    await scene.clock.advance(1_000);
    expect(scene.log.children).toEqual({ a: 'a', b: 'b', c: 'c' });
  });
});

describe('listed children that never exist', () => {
  const ghosts = ['ghost-1', 'ghost-2'];

  test.each([false, true])('are read again with growing pauses (recursive watches: %s)', async (recursiveWatches) => {
    const scene = await watchingLiars({ list: alsoListing(() => true, ...ghosts) }, { recursiveWatches });
    expect(scene.zooKeeper.requests.length).toBeLessThan(100);
    expect(await requestsIn(scene, 60_000)).toBeLessThan(60);
    expect(await requestsIn(scene, 600_000)).toBeLessThan(200);
  });

  test('do not hide the others', async () => {
    const scene = await watchingLiars({ list: alsoListing(() => true, ...ghosts) });
    expect(scene.log.children).toEqual({ a: 'a', b: 'b', 'ghost-1': null, 'ghost-2': null });
    scene.zooKeeper.tree.setData('/w/a', bytes('new'));
    await turn(1);
    expect(scene.log.children).toMatchObject({ a: 'new', b: 'b' });
  });

  test('are gone as soon as they are no longer listed, and no timer is left', async () => {
    let isLying = true;
    const scene = await watchingLiars({ list: alsoListing(() => isLying, ...ghosts) });
    isLying = false;
    await scene.clock.advance(60_000);
    expect(scene.log.children).toEqual({ a: 'a', b: 'b' });
    expect(scene.clock.pending).toBe(0);
  });

  test('leave no timer behind when nothing is watched any more, and nothing waits for them', async () => {
    const scene = await watchingLiars({ list: alsoListing(() => true, ...ghosts) });
    await scene.backend.write('/w', bytes('mine'), -1);
    await scene.backend.close();
    expect(scene.clock.pending).toBe(0);
  });
});

test('a stat that never fits the list is read again with growing pauses', async () => {
  const list: Lies['list'] = (_, { names, stat }) => ({ names, stat: { ...stat, pzxid: stat.pzxid - 1n } });
  const scene = await watchingLiars({ list });
  expect(scene.zooKeeper.requests.length).toBeLessThan(100);
  expect(await requestsIn(scene, 60_000)).toBeLessThan(60);
});

describe('a watch event for a path that no node can have', () => {
  const paths: unknown[] = ['', 'no-slash', '/w/', '/w/..', '/w/.', '//', '/w//a', '__proto__', null, undefined, 7];
  const kinds: WatchEvent['kind'][] = ['created', 'changed', 'deleted', 'children'];

  test.each(paths)('%j is a typed fault, and nothing is read for it', async (path) => {
    let tell: ClientObserver = () => undefined;
    const scene = await watchingLiars({ observed: (observer) => (tell = observer) }, { recursiveWatches: true });
    scene.zooKeeper.requests.length = 0;
    for (const kind of kinds) tell({ type: 'watch', event: { kind, path: path as string } });
    await turn(1);
    expect(scene.zooKeeper.requests).toEqual([]);
    const faults = scene.events.flatMap((event) => (event.type === 'fault' ? [event.error] : []));
    expect(faults).toHaveLength(kinds.length);
    for (const fault of faults) expect(fault).toBeInstanceOf(BackendError);
    scene.zooKeeper.tree.setData('/w/a', bytes('new'));
    await turn(1);
    expect(scene.log.children).toEqual({ a: 'new', b: 'b' });
  });
});

describe('the path of a sequential node', () => {
  test.each(['', '/', '/w/other-0000000001', '/w/mine', '/w/mine-x', '/w/mine-0000000001/x', null])(
    'that was not requested (%j) is a typed error',
    async (made) => {
      const scene = await watchingLiars({ made: () => made as string });
      await expect(scene.backend.createSequential('/w/mine-', bytes('x'))).rejects.toBeInstanceOf(BackendError);
    },
  );

  test.each(['0000000007', '-2147483648', '-000000001'])('may end in %s', async (number) => {
    const scene = await watchingLiars({ made: () => `/w/mine-${number}` });
    expect(await scene.backend.createSequential('/w/mine-', bytes('x'))).toBe(`/w/mine-${number}`);
  });
});
