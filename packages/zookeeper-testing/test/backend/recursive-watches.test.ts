import { turn } from '@ndsr/test-support';
import { errorNumbers } from '@ndsr/zookeeper-common';
import { describe, expect, test } from 'vitest';
import type { FakeRequest, FakeZooKeeper } from '../../src/fake/index.js';
import type { OpenOptions } from './open-backend.js';
import { bytes, WatchLog } from './watch-log.js';
import { churn, costOf, names, service, type Watching, watching } from './watching.js';

/** Watches a service of fifty, with a recursive watch if the servers support it. */
function watchingService(
  options: OpenOptions = {},
  prepare: (zooKeeper: FakeZooKeeper) => void = service,
): Promise<Watching> {
  return watching(prepare, { recursiveWatches: true, ...options });
}

const arms = ({ what }: FakeRequest): boolean => what === 'watchRecursively';

function armed({ zooKeeper }: Watching): readonly string[] {
  return zooKeeper.requests.filter(({ request }) => arms(request)).map(({ request }) => request.path);
}

async function moveIn(open: Watching, name: string): Promise<Record<string, number>> {
  return await costOf(open, () => open.zooKeeper.tree.create(`/w/${name}`, bytes(name)));
}

const constantCost = { getData: 2 };
const listingCost = { getChildren: 1, getData: 1 };

describe('with a recursive watch', () => {
  test('a created child costs the stat and one read, and no list', async () => {
    const open = await watchingService();
    expect(armed(open)).toEqual(['/w']);
    expect(await moveIn(open, 'n99')).toEqual(constantCost);
    expect(open.log.children.n99).toBe('n99');
    expect(open.log.last?.stat?.numChildren).toBe(names.length + 1);
    expect(open.log.nodes).toHaveLength(2);
  });

  test('a deleted child costs the stat', async () => {
    const open = await watchingService();
    expect(await costOf(open, () => open.zooKeeper.tree.remove('/w/n07'))).toEqual({ getData: 1 });
    expect(open.log.children).not.toHaveProperty('n07');
    expect(open.log.nodes).toHaveLength(2);
  });

  test('a changed child costs one read, each time', async () => {
    const open = await watchingService();
    for (const data of ['new', 'newer', 'newest']) {
      expect(await costOf(open, () => open.zooKeeper.tree.setData('/w/n07', bytes(data)))).toEqual({ getData: 1 });
      expect(open.log.children.n07).toBe(data);
    }
  });

  test("the node's own change costs one read, each time", async () => {
    const open = await watchingService();
    for (const data of ['new', 'newer']) {
      expect(await costOf(open, () => open.zooKeeper.tree.setData('/w', bytes(data)))).toEqual({ getData: 1 });
    }
    expect(await moveIn(open, 'n99')).toEqual(constantCost);
  });

  test('an outage in which nothing changed costs only the watch', async () => {
    const open = await watchingService();
    const cost = await costOf(open, () => open.zooKeeper.breakConnection(open.client()));
    expect(cost).toEqual({ watchRecursively: 1 });
    expect(await moveIn(open, 'n99')).toEqual(constantCost);
  });

  test('only nodes that changed during an outage are read after it, and the list if it changed', async () => {
    const open = await watchingService();
    const { tree } = open.zooKeeper;
    tree.create('/w/n98', bytes('early'));
    await turn(1);
    open.zooKeeper.goDown();
    tree.setData('/w/n07', bytes('new'));
    tree.remove('/w/n08');
    tree.create('/w/n99', bytes('late'));
    const cost = await costOf(open, () => open.zooKeeper.comeBack());
    expect(cost).toEqual({ watchRecursively: 1, getChildren: 1, getData: 2 });
    expect(open.log.children).toMatchObject({ n07: 'new', n98: 'early', n99: 'late' });
    expect(await moveIn(open, 'n97')).toEqual(constantCost);
  });

  test('another session sets it again', async () => {
    const open = await watchingService();
    open.zooKeeper.expire(open.client());
    await turn(1);
    expect(armed(open)).toEqual(['/w', '/w']);
    expect(await moveIn(open, 'n99')).toEqual(constantCost);
  });

  test('a deleted node is watched for its return, and set again with its children', async () => {
    const open = await watchingService({}, ({ tree }) => {
      tree.create('/w', null);
      tree.create('/w/a', null);
    });
    const { tree } = open.zooKeeper;
    tree.remove('/w/a');
    tree.remove('/w');
    await turn(1);
    expect(open.log.last?.stat).toBeNull();
    tree.create('/w', null);
    tree.create('/w/b', bytes('back'));
    await turn(1);
    expect(open.log.children).toEqual({ b: 'back' });
    expect(armed(open)).toEqual(['/w', '/w']);
    expect(await moveIn(open, 'c')).toEqual(constantCost);
  });

  test.each([
    ['its end is reported, and read, before its return is', 1],
    ['both are reported at once', 2],
  ])('a child that is replaced is reported once, with all its new data (%s)', async (_, framesAtOnce) => {
    const open = await watchingService();
    open.zooKeeper.hold();
    open.zooKeeper.tree.replace('/w/n07', 0, bytes('second'));
    while (open.zooKeeper.moves.length > 0) {
      for (let frame = 0; frame < framesAtOnce; frame += 1) open.zooKeeper.moves[0]?.step();
      await turn(1);
    }
    expect(open.log.children.n07).toBe('second');
    expect(open.log.nodes).toHaveLength(2);
  });

  test('a child that is replaced again and again hides no other', async () => {
    const open = await watchingService();
    const { tree } = open.zooKeeper;
    const delivered = await churn(open, (step) => tree.replace('/w/n07', 0, bytes(`life ${step}`)), 3);
    expect(delivered).toBeGreaterThan(3);
    open.zooKeeper.release();
    await turn(1);
    expect(open.log.children.n07).toBe('life 399');
    expect(Object.keys(open.log.children)).toEqual(names);
  });

  test('under steady creation and deletion the watch delivers', async () => {
    const open = await watchingService();
    const { tree } = open.zooKeeper;
    // Two events for each change; with fewer frames they would only accumulate.
    const delivered = await churn(
      open,
      (step) => {
        tree.create(`/w/short-${step}`, null);
        if (step > 0) tree.remove(`/w/short-${step - 1}`);
      },
      3,
    );
    expect(delivered).toBeGreaterThan(3);
    open.zooKeeper.release();
    await turn(1);
    expect(Object.keys(open.log.children)).toEqual([...names, 'short-399']);
  });

  test('other watches of the same node, or of its parent, miss nothing while it exists and when it ends', async () => {
    const open = await watchingService();
    const { backend, zooKeeper } = open;
    const [own, list, parent] = [new WatchLog(), new WatchLog(), new WatchLog()];
    backend.watch('/w', { children: 'none' }, own);
    backend.watch('/w', { children: 'names' }, list);
    backend.watch('/', { children: 'data' }, parent);
    const service = backend.watch('/w', { children: 'data' }, new WatchLog());
    await turn(1);
    const shown = () => [own.last?.data, list.children.n99, parent.children.w];
    zooKeeper.tree.setData('/w', bytes('one'));
    zooKeeper.tree.create('/w/n99', null);
    await turn(1);
    expect(shown()).toEqual([bytes('one'), null, 'one']);
    service.dispose();
    zooKeeper.tree.setData('/w', bytes('two'));
    zooKeeper.tree.remove('/w/n99');
    await turn(1);
    expect(shown()).toEqual([bytes('two'), undefined, 'two']);
  });
});

describe('a recursive watch ends', () => {
  test('with the last watch that needs it: the servers report nothing more', async () => {
    const open = await watchingService();
    const second = open.backend.watch('/w', { children: 'data' }, new WatchLog());
    await turn(1);
    second.dispose();
    expect(await moveIn(open, 'n98')).toEqual(constantCost);
    const third = await watchingService();
    const watch = third.backend.watch('/w/n07', { children: 'data' }, new WatchLog());
    watch.dispose();
    await turn(1);
    expect(await moveIn(third, 'n99')).toEqual(constantCost);
  });

  test('if a child has children: they are watched one by one from then on, and nothing is missed', async () => {
    const open = await watchingService();
    open.zooKeeper.tree.create('/w/n07/below', null);
    await turn(1);
    expect(open.zooKeeper.requests.some(({ request }) => request.what === 'removeWatches')).toBe(true);
    expect(await moveIn(open, 'n98')).toEqual(listingCost);
    expect(await costOf(open, () => open.zooKeeper.tree.create('/w/n07/more', null))).toEqual({});
    open.zooKeeper.breakConnection(open.client());
    await turn(1);
    expect(armed(open)).toEqual([]);
    expect(await moveIn(open, 'n99')).toEqual(listingCost);
  });

  test('if a child cannot be read, which the servers do not report; and is set again once it can', async () => {
    const open = await watchingService();
    const allow = open.zooKeeper.refuse(errorNumbers.noAuth, ({ path, what }) => path === '/w/x' && what === 'getData');
    await moveIn(open, 'x');
    expect(open.log.children.x).toBeNull();
    expect(await moveIn(open, 'n98')).toEqual(listingCost);
    allow();
    await open.clock.advance(30_000);
    expect(open.log.children.x).toBe('x');
    expect(await moveIn(open, 'n99')).toEqual(constantCost);
  });
});

describe('there is no recursive watch', () => {
  test('of a node whose children have children', async () => {
    const open = await watchingService({}, (zooKeeper) => {
      service(zooKeeper);
      zooKeeper.tree.create('/w/n07/below', null);
    });
    expect(armed(open)).toEqual([]);
    expect(await moveIn(open, 'n99')).toEqual(listingCost);
  });

  test('of a node without children, until it has some', async () => {
    const open = await watchingService({}, ({ tree }) => tree.create('/w', null));
    expect(armed(open)).toEqual([]);
    await moveIn(open, 'first');
    expect(armed(open)).toEqual(['/w']);
  });

  test('if the user disables it', async () => {
    const open = await watchingService({ recursiveWatches: false });
    expect(armed(open)).toEqual([]);
  });

  test('if the servers report that they do not support it: they are asked once, whatever is watched, and nothing is missed', async () => {
    const open = await watchingService({}, (zooKeeper) => {
      service(zooKeeper);
      zooKeeper.refuse(errorNumbers.unimplemented, arms);
    });
    expect(armed(open)).toEqual(['/w']);
    expect(await moveIn(open, 'n98')).toEqual(listingCost);
    open.zooKeeper.tree.create('/v', null);
    open.zooKeeper.tree.create('/v/a', null);
    open.backend.watch('/v', { children: 'data' }, new WatchLog());
    open.zooKeeper.breakConnection(open.client());
    await turn(1);
    expect(armed(open)).toEqual([]);
    expect(await moveIn(open, 'n99')).toEqual(listingCost);
  });

  test('if the connection ends each time that one is requested: after three times', async () => {
    const open = await watchingService({}, (zooKeeper) => {
      service(zooKeeper);
      zooKeeper.hang(arms);
    });
    for (let times = 0; times < 6; times += 1) {
      open.zooKeeper.breakConnection(open.client());
      await turn(1);
    }
    expect(armed(open)).toEqual(['/w', '/w', '/w']);
    expect(await moveIn(open, 'n99')).toEqual(listingCost);
  });

  test('if the servers refuse it for that node, and another one has it', async () => {
    const open = await watchingService({}, (zooKeeper) => {
      service(zooKeeper);
      zooKeeper.refuse(errorNumbers.noAuth, (request) => arms(request) && request.path === '/w');
      zooKeeper.tree.create('/v', null);
      zooKeeper.tree.create('/v/a', null);
    });
    open.backend.watch('/v', { children: 'data' }, new WatchLog());
    await turn(1);
    expect(await moveIn(open, 'n99')).toEqual(listingCost);
    expect(await costOf(open, () => open.zooKeeper.tree.create('/v/b', null))).toEqual(constantCost);
  });
});
