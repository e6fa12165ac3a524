import { turn } from '@ndsr/test-support';
import { errorNumbers } from '@ndsr/zookeeper-common';
import { describe, expect, test } from 'vitest';
import type { FakeRequest } from '../../src/fake/index.js';
import { connectedBackend, type OpenBackend } from './open-backend.js';
import { bytes, WatchLog } from './watch-log.js';
import { names, service, watching } from './watching.js';

const removes = ({ what }: FakeRequest): boolean => what === 'removeWatches';

function removed({ zooKeeper }: OpenBackend): readonly string[] {
  return zooKeeper.requests.filter(({ request }) => removes(request)).map(({ request }) => request.path);
}

/** Advances the time until the watches that were disposed have been removed. */
async function removal({ clock }: OpenBackend): Promise<void> {
  await clock.advance(1_000);
}

/** Returns a backend with a watch on each of the paths, which exist. */
async function watchingEach(...paths: string[]) {
  const open = await connectedBackend();
  for (const path of paths) open.zooKeeper.tree.create(path, bytes('x'));
  const watches = paths.map((path) => {
    const log = new WatchLog();
    return { log, ...open.backend.watch(path, { children: 'data' }, log) };
  });
  await turn(1);
  return { ...open, watches };
}

describe('a disposed watch', () => {
  test('leaves nothing at the servers, neither of the node nor of its children', async () => {
    const open = await connectedBackend();
    service(open.zooKeeper);
    const watch = open.backend.watch('/w', { children: 'data' }, new WatchLog());
    await turn(1);
    watch.dispose();
    await removal(open);
    expect(removed(open)).toEqual(['/w', ...names.map((name) => `/w/${name}`)]);
  });

  test('on a node that does not exist leaves nothing either', async () => {
    const open = await connectedBackend();
    const watch = open.backend.watch('/missing', { children: 'data' }, new WatchLog());
    await turn(1);
    watch.dispose();
    await removal(open);
    expect(removed(open)).toEqual(['/missing']);
  });

  test('leaves nothing if a read that arms it is still in flight', async () => {
    const open = await connectedBackend();
    open.zooKeeper.tree.create('/w', null);
    const watch = open.backend.watch('/w', { children: 'none' }, new WatchLog());
    open.zooKeeper.hold();
    await turn(1);
    watch.dispose();
    open.zooKeeper.release();
    await removal(open);
    expect(removed(open)).toEqual(['/w']);
  });

  test('sends nothing for children without a watch of their own', async () => {
    const open = await watching(service, { recursiveWatches: true });
    const other = open.backend.watch('/w/n00', { children: 'none' }, new WatchLog());
    await turn(1);
    other.dispose();
    open.backend.watch('/elsewhere', { children: 'names' }, new WatchLog()).dispose();
    await removal(open);
    expect(removed(open), 'the parent needs what it shows').toEqual([]);
  });
});

describe('a watch that fires soon after it was disposed', () => {
  test('is not removed: of a deleted node, and of a list that changed', async () => {
    const { watches, ...open } = await watchingEach('/deleted', '/kept');
    const list = open.backend.watch('/list', { children: 'names', data: false }, new WatchLog());
    open.zooKeeper.tree.create('/list', null);
    await turn(1);
    watches[0]?.dispose();
    watches[1]?.dispose();
    list.dispose();
    open.zooKeeper.tree.remove('/deleted');
    open.zooKeeper.tree.create('/list/child', null);
    await removal(open);
    expect(removed(open)).toEqual(['/kept']);
  });

  test('and is armed again by another watch is removed when that one is disposed too', async () => {
    const { watches, ...open } = await watchingEach('/w');
    watches[0]?.dispose();
    open.zooKeeper.tree.setData('/w', bytes('new'));
    await turn(1);
    const again = open.backend.watch('/w', { children: 'none' }, new WatchLog());
    await removal(open);
    expect(removed(open)).toEqual([]);
    again.dispose();
    await removal(open);
    expect(removed(open)).toEqual(['/w']);
  });

  test('leaves no timer if the backend is closed before', async () => {
    const { watches, ...open } = await watchingEach('/w');
    watches[0]?.dispose();
    await open.backend.close();
    expect(open.clock.pending).toBe(0);
  });
});

describe('a path that another watch needs keeps its watches:', () => {
  test('as the child of a watched parent', async () => {
    const { watches, ...open } = await watchingEach('/w', '/w/child');
    watches[1]?.dispose();
    await removal(open);
    expect(removed(open)).toEqual([]);
    open.zooKeeper.tree.setData('/w/child', bytes('new'));
    await turn(1);
    expect(watches[0]?.log.children).toEqual({ child: 'new' });
  });

  test('as the root of a watch, if its parent is disposed', async () => {
    const { watches, ...open } = await watchingEach('/w', '/w/child');
    watches[0]?.dispose();
    await removal(open);
    expect(removed(open)).toEqual(['/w']);
    open.zooKeeper.tree.setData('/w/child', bytes('new'));
    await turn(1);
    expect(watches[1]?.log.last?.data).toEqual(bytes('new'));
  });

  test('as the root of another watch on it', async () => {
    const { watches, ...open } = await watchingEach('/w');
    const log = new WatchLog();
    open.backend.watch('/w', { children: 'data' }, log);
    watches[0]?.dispose();
    await removal(open);
    expect(removed(open)).toEqual([]);
    open.zooKeeper.tree.setData('/w', bytes('new'));
    await turn(1);
    expect(log.last?.data).toEqual(bytes('new'));
  });

  test.each([true, false])(
    'as one that is watched again at once (requests have to wait for their turn: %s)',
    async (busy) => {
      const { watches, ...open } = await watchingEach('/w');
      open.zooKeeper.hold();
      if (busy) for (let i = 0; i < 100; i += 1) void open.backend.read(`/busy${i}`, { children: 'none' });
      watches[0]?.dispose();
      const log = new WatchLog();
      open.backend.watch('/w', { children: 'data' }, log);
      open.zooKeeper.release();
      await removal(open);
      open.zooKeeper.tree.setData('/w', bytes('new'));
      await turn(1);
      expect(log.last?.data).toEqual(bytes('new'));
      open.zooKeeper.tree.create('/w/child', bytes('x'));
      await turn(1);
      expect(log.children).toEqual({ child: 'x' });
    },
  );
});

describe('servers that cannot remove watches', () => {
  test('are asked once if they report it, and watching continues as before', async () => {
    const { watches, ...open } = await watchingEach('/a', '/b', '/c');
    open.zooKeeper.refuse(errorNumbers.unimplemented, removes);
    watches[0]?.dispose();
    await removal(open);
    watches[1]?.dispose();
    await removal(open);
    expect(removed(open)).toEqual(['/a']);
    open.zooKeeper.tree.setData('/c', bytes('new'));
    await turn(1);
    expect(watches[2]?.log.last?.data).toEqual(bytes('new'));
  });

  test('are asked three times if the connection ends each time', async () => {
    const paths = Array.from({ length: 6 }, (_, i) => `/n${i}`);
    const { watches, ...open } = await watchingEach(...paths);
    open.zooKeeper.hang(removes);
    for (const watch of watches) {
      watch.dispose();
      await removal(open);
      open.zooKeeper.breakConnection(open.client());
      await turn(1);
    }
    expect(removed(open)).toEqual(['/n0', '/n1', '/n2']);
  });
});
