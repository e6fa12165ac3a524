import { NoConnectionError, NodeExistsError, NoNodeError, NotAuthorizedError, TimeoutError } from '@ndsr/core/backend';
import { turn } from '@ndsr/test-support';
import { errorNumbers } from '@ndsr/zookeeper-common';
import { describe, expect, test } from 'vitest';
import type { FakeRequest, FakeZooKeeper } from '../../src/fake/index.js';
import { connectedBackend, type OpenBackend } from './open-backend.js';
import { bytes, text, WatchLog } from './watch-log.js';

const persistent = { kind: 'persistent', replacing: null } as const;

function create({ backend }: OpenBackend, path: string): Promise<unknown> {
  return backend.create(path, { ...persistent, data: bytes('x') });
}

function asked({ requests }: FakeZooKeeper, what: FakeRequest['what']): string[] {
  return requests.map(({ request }) => request).flatMap((request) => (request.what === what ? [request.path] : []));
}

describe('parents', () => {
  test('are created from the bottom up, including the chroot', async () => {
    const open = await connectedBackend({ chroot: '/org/team' });
    open.zooKeeper.tree.create('/org', null);
    await create(open, '/a/b/c');
    expect(asked(open.zooKeeper, 'create')).toEqual([
      '/org/team/a/b/c',
      '/org/team/a/b',
      '/org/team/a',
      '/org/team',
      '/org/team/a',
      '/org/team/a/b',
      '/org/team/a/b/c',
    ]);
    expect(open.zooKeeper.tree.statOf('/org/team/a')).toMatchObject({ ephemeralOwner: 0n, dataLength: 0 });
  });

  test('that exist are not requested', async () => {
    const open = await connectedBackend();
    open.zooKeeper.tree.create('/a', null);
    await create(open, '/a/b');
    expect(asked(open.zooKeeper, 'create')).toEqual(['/a/b']);
  });

  test('below which we may create are enough: those above may be closed to us', async () => {
    const open = await connectedBackend();
    open.zooKeeper.tree.create('/closed', null);
    open.zooKeeper.tree.create('/closed/ours', null);
    open.zooKeeper.refuse(
      errorNumbers.noAuth,
      ({ what, path }) => what === 'create' && /^\/closed(\/ours)?$/.test(path),
    );
    await create(open, '/closed/ours/a/b');
    expect(text(open.zooKeeper.tree.getData('/closed/ours/a/b').data)).toBe('x');
  });

  test('that may not be created are the reason given when the create is refused', async () => {
    const open = await connectedBackend();
    open.zooKeeper.refuse(errorNumbers.noAuth, ({ path }) => path === '/a');
    const error = await create(open, '/a/b').catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(NotAuthorizedError);
    expect(error).toMatchObject({ path: '/a/b' });
  });

  test('are created once for many nodes', async () => {
    const open = await connectedBackend();
    await Promise.all(Array.from({ length: 500 }, (_, i) => create(open, `/a/b/n${i}`)));
    expect(asked(open.zooKeeper, 'create').filter((path) => path === '/a').length).toBeLessThan(3);
    expect(open.zooKeeper.tree.getChildren('/a/b').names).toHaveLength(500);
  });

  test('that another client removes at once are created again', async () => {
    const open = await connectedBackend();
    let removals = 3;
    open.zooKeeper.hold();
    const created = create(open, '/a/b');
    while (open.zooKeeper.moves.length > 0) {
      open.zooKeeper.moves[0]?.step();
      await turn(1);
      if (removals > 0 && open.zooKeeper.tree.paths.join() === '/a') {
        removals -= 1;
        open.zooKeeper.tree.remove('/a');
      }
    }
    await created;
    expect(open.zooKeeper.tree.paths).toEqual(['/a', '/a/b']);
  });

  test('are not created for a replacement', async () => {
    const open = await connectedBackend();
    const replaced = open.backend.create('/a/b', { kind: 'ephemeral', data: bytes('x'), replacing: 0 });
    await expect(replaced).rejects.toBeInstanceOf(NoNodeError);
    expect(open.zooKeeper.tree.paths).toEqual([]);
  });
});

describe('requests', () => {
  test('at most a hundred are in flight, and all are answered', async () => {
    const open = await connectedBackend();
    open.zooKeeper.hold();
    const created = Array.from({ length: 250 }, (_, i) => create(open, `/n${i}`));
    let arrived = 0;
    for (; open.zooKeeper.moves.some(({ direction }) => direction === 'to-servers'); arrived += 1) {
      open.zooKeeper.moves.find(({ direction }) => direction === 'to-servers')?.step();
    }
    expect(arrived).toBe(100);
    open.zooKeeper.release();
    await Promise.all(created);
    expect(open.zooKeeper.tree.paths).toHaveLength(250);
  });

  test('that wait when the connection breaks are refused and never sent', async () => {
    const open = await connectedBackend();
    open.zooKeeper.hold();
    const created = Promise.allSettled(Array.from({ length: 250 }, (_, i) => create(open, `/n${i}`)));
    open.zooKeeper.breakConnection(open.client());
    open.zooKeeper.release();
    for (const outcome of await created) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: expect.any(NoConnectionError) });
    }
    await turn(1);
    expect(open.zooKeeper.tree.paths).toEqual([]);
  });

  test('that were executed before the connection broke are refused too: their outcome is unknown', async () => {
    const open = await connectedBackend();
    open.zooKeeper.hold();
    const created = create(open, '/a');
    open.zooKeeper.breakConnection(open.client(), { carryOut: true });
    open.zooKeeper.release();
    await expect(created).rejects.toBeInstanceOf(NoConnectionError);
    await turn(1);
    await expect(create(open, '/a')).rejects.toBeInstanceOf(NodeExistsError);
  });

  test('that the client forgets end, and release their places', async () => {
    const open = await connectedBackend({ requestTimeoutMs: 8_000 });
    const answerAgain = open.zooKeeper.hang();
    const created = Promise.allSettled(Array.from({ length: 150 }, (_, i) => create(open, `/n${i}`)));
    await open.clock.advance(10_000);
    expect(await created).toMatchObject(
      Array.from({ length: 150 }, () => ({ status: 'rejected', reason: expect.any(TimeoutError) })),
    );
    answerAgain();
    await open.clock.advance(2_000);
    await create(open, '/after');
  });

  test('a read of a node that never stops changing gives up', async () => {
    const open = await connectedBackend();
    open.zooKeeper.tree.create('/w', null);
    open.zooKeeper.tree.create('/w/a', null);
    open.zooKeeper.hold();
    let outcome: unknown;
    open.backend.read('/w', { children: 'names' }).then(
      () => (outcome = 'read'),
      (error) => (outcome = error),
    );
    // Data and list are never of one state: each has changed since the other was read.
    for (let step = 0; step < 2_000 && outcome === undefined; step += 1) {
      const [move] = open.zooKeeper.moves;
      if (move?.direction === 'to-servers') {
        open.zooKeeper.tree.setData('/w', bytes(`${step}`));
        open.zooKeeper.tree.create(`/w/n${step}`, null);
      }
      move?.step();
      await turn(1);
    }
    expect(outcome).toBeInstanceOf(TimeoutError);
  });
});

describe('watches', () => {
  test('of a missing chroot see its creation', async () => {
    const open = await connectedBackend({ chroot: '/org/team' });
    const log = new WatchLog();
    open.backend.watch('/', { children: 'names' }, log);
    await turn(1);
    expect(log.last?.stat).toBeNull();
    await create(open, '/a');
    expect(log.last?.path).toBe('/');
    expect(Object.keys(log.children)).toEqual(['a']);
  });

  test('that are no longer needed are not armed again, and the others are', async () => {
    const forgotten: string[] = [];
    const open = await connectedBackend({
      wrap: (sound) => {
        const forget = sound.forget.bind(sound);
        sound.forget = (path) => {
          forgotten.push(path);
          return forget(path);
        };
        return sound;
      },
    });
    open.zooKeeper.tree.create('/w', null);
    for (const name of ['a', 'b']) open.zooKeeper.tree.create(`/w/${name}`, null);
    const logs = [new WatchLog(), new WatchLog()];
    const list = open.backend.watch('/w', { children: 'data' }, new WatchLog());
    open.backend.watch('/w/b', { children: 'none' }, logs[0] ?? new WatchLog());
    await turn(1);
    list.dispose();
    expect(forgotten).toEqual(['/w', '/w/a']);
    open.zooKeeper.breakConnection(open.client());
    await turn(1);
    open.zooKeeper.tree.setData('/w/b', bytes('new'));
    await turn(1);
    expect(text(logs[0]?.last?.data)).toBe('new');
  });

  test.each([true, false])(
    'that are disposed while there is no connection are not armed by the next one, recursive %s',
    async (recursiveWatches) => {
      const open = await connectedBackend({ recursiveWatches });
      for (const path of ['/w', '/w/a']) open.zooKeeper.tree.create(path, null);
      const watch = open.backend.watch('/w', { children: 'data' }, new WatchLog());
      await turn(1);
      const told: string[] = [];
      open.zooKeeper.cutOff(open.client());
      watch.dispose();
      open.zooKeeper.reconnect(open.client());
      await turn(1);
      open.zooKeeper.hold();
      for (const path of ['/w', '/w/a']) open.zooKeeper.tree.setData(path, bytes('new'));
      for (const { direction } of open.zooKeeper.moves) told.push(direction);
      expect(told).toEqual([]);
      open.zooKeeper.release();
    },
  );

  test('that are disposed while their reads wait are not armed at all', async () => {
    const open = await connectedBackend();
    open.zooKeeper.tree.create('/w', null);
    open.zooKeeper.hold();
    const others = Array.from({ length: 100 }, (_, i) => create(open, `/n${i}`));
    const watch = open.backend.watch('/w', { children: 'data' }, new WatchLog());
    await turn(1);
    watch.dispose();
    open.zooKeeper.release();
    await Promise.all(others);
    await turn(1);
    expect(open.zooKeeper.requests.filter(({ request }) => 'watch' in request)).toEqual([]);
  });

  test('that are started from inside the event of a connection read once', async () => {
    const open = await connectedBackend();
    open.zooKeeper.tree.create('/w', null);
    const log = new WatchLog();
    const { events } = open;
    const push = events.push.bind(events);
    events.push = (...items) => {
      if (items[0]?.type === 'connected') open.backend.watch('/w', { children: 'data' }, log);
      return push(...items);
    };
    open.zooKeeper.requests.length = 0;
    open.zooKeeper.breakConnection(open.client());
    await turn(1);
    expect(open.zooKeeper.requests).toHaveLength(2);
    expect(log.nodes).toHaveLength(1);
  });

  test('thousands are read again after a lost session, a hundred at a time', async () => {
    const open = await connectedBackend();
    const logs = Array.from({ length: 3_000 }, (_, i) => {
      open.zooKeeper.tree.create(`/n${i}`, null);
      const log = new WatchLog();
      open.backend.watch(`/n${i}`, { children: 'none' }, log);
      return log;
    });
    await turn(1);
    open.zooKeeper.expire(open.client());
    await open.clock.advance(20_000);
    for (let i = 0; i < 3_000; i += 1) open.zooKeeper.tree.setData(`/n${i}`, bytes('new'));
    await turn(1);
    expect(logs.filter((log) => text(log.last?.data) !== 'new')).toEqual([]);
  });
});

describe('close', () => {
  test('leaves no timer and no session', async () => {
    const open = await connectedBackend();
    open.zooKeeper.tree.create('/w', null);
    open.zooKeeper.refuse(errorNumbers.noAuth, ({ path }) => path === '/w');
    open.backend.watch('/w', { children: 'data' }, new WatchLog());
    await turn(1);
    expect(open.clock.pending).toBeGreaterThan(0);
    await open.backend.close();
    expect(open.clock.pending).toBe(0);
    expect(open.zooKeeper.tree.sessions).toEqual([]);
  });

  test('lets a write that waits for a watch resolve', async () => {
    const open = await connectedBackend();
    open.zooKeeper.tree.create('/w', null);
    open.backend.watch('/w', { children: 'data' }, new WatchLog());
    await turn(1);
    open.zooKeeper.hang(({ what }) => what === 'getData');
    const write = open.backend.write('/w', bytes('new'), 0);
    await turn(1);
    await open.backend.close();
    await write;
  });
});
