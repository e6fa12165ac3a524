import { NotAuthorizedError, TimeoutError } from '@ndsr/core/backend';
import { turn } from '@ndsr/test-support';
import { errorNumbers } from '@ndsr/zookeeper-common';
import { describe, expect, test } from 'vitest';
import type { FakeRequest, FakeZooKeeper } from '../../src/fake/index.js';
import { connectedBackend } from './open-backend.js';
import { bytes, text, WatchLog } from './watch-log.js';
import { churn, costOf, names, service, type Watching, watching } from './watching.js';

describe('cost in a service of fifty', () => {
  test('a changed child costs one read', async () => {
    const open = await watching(service);
    expect(await costOf(open, () => open.zooKeeper.tree.setData('/w/n07', bytes('new')))).toEqual({ getData: 1 });
    expect(open.log.children.n07).toBe('new');
    expect(open.log.nodes).toHaveLength(2);
  });

  test('a created child costs one listing and one read', async () => {
    const open = await watching(service);
    const cost = await costOf(open, () => open.zooKeeper.tree.create('/w/n99', bytes('late')));
    expect(cost).toEqual({ getChildren: 1, getData: 1 });
    expect(open.log.children.n99).toBe('late');
    expect(open.log.nodes).toHaveLength(2);
  });

  test('a deleted child costs no read', async () => {
    const open = await watching(service);
    const cost = await costOf(open, () => open.zooKeeper.tree.remove('/w/n07'));
    expect(cost.getData).toBeUndefined();
    // Two events; they count as one if they arrive together.
    expect(cost.getChildren).toBeLessThanOrEqual(2);
    expect(open.log.children).not.toHaveProperty('n07');
  });

  test("the node's own change costs one read", async () => {
    const open = await watching(service);
    expect(await costOf(open, () => open.zooKeeper.tree.setData('/w', bytes('new')))).toEqual({ getData: 1 });
    expect(text(open.log.last?.data)).toBe('new');
  });

  test('an outage in which nothing changed costs nothing', async () => {
    const open = await watching(service);
    const cost = await costOf(open, () => open.zooKeeper.breakConnection(open.client()));
    expect(cost).toEqual({});
    expect(open.log.nodes).toHaveLength(2);
    expect(open.log.nodes[1]).toEqual({ ...open.log.nodes[0], changedChildren: new Map() });
  });

  test('a new session reads every node, and delivers as changed only those that are', async () => {
    const open = await watching(service);
    open.zooKeeper.goDown();
    open.zooKeeper.tree.setData('/w/n07', bytes('new'));
    open.zooKeeper.comeBack();
    const cost = await costOf(open, () => open.zooKeeper.expire(open.client()));
    expect(cost.getData).toBeGreaterThan(names.length);
    const [first] = open.log.nodes;
    expect([...(open.log.last?.changedChildren?.keys() ?? [])]).toEqual(['n07']);
    expect(open.log.last?.children.get('n08')).toBe(first?.children.get('n08'));
    expect(first?.children.get('n07')).not.toBe(open.log.last?.children.get('n07'));
  });

  test('only nodes that changed during an outage are read after it', async () => {
    const open = await watching(service);
    const { tree } = open.zooKeeper;
    open.zooKeeper.goDown();
    tree.setData('/w/n07', bytes('new'));
    tree.remove('/w/n08');
    tree.create('/w/n99', bytes('late'));
    const cost = await costOf(open, () => open.zooKeeper.comeBack());
    expect(cost).toEqual({ getChildren: 1, getData: 2 });
    expect(open.log.nodes).toHaveLength(2);
  });

  test('a path that does not exist costs three requests and is delivered once', async () => {
    const open = await connectedBackend();
    const log = new WatchLog();
    const cost = await costOf(open, () => open.backend.watch('/absent', { children: 'data' }, log));
    expect(cost).toEqual({ getData: 1, getChildren: 1, exists: 1 });
    expect(log.nodes).toHaveLength(1);
  });
});

describe('a node that cannot be read', () => {
  const noAuth =
    (path: string) =>
    (request: FakeRequest): boolean =>
      request.path === path && request.what === 'getData';

  test('as one child does not hide the others', async () => {
    const open = await connectedBackend();
    service(open.zooKeeper);
    open.zooKeeper.refuse(errorNumbers.noAuth, noAuth('/w/n07'));
    const log = new WatchLog();
    open.backend.watch('/w', { children: 'data' }, log);
    await turn(1);
    expect(log.children).toEqual({ ...Object.fromEntries(names.map((name) => [name, name])), n07: null });
    expect(log.faults.map(({ path }) => path)).toEqual(['/w/n07']);
    expect(log.faults[0]).toBeInstanceOf(NotAuthorizedError);
    open.zooKeeper.tree.setData('/w/n08', bytes('new'));
    await turn(1);
    expect(log.children.n08).toBe('new');
  });

  test('is one fault, retried with longer and longer pauses, and shown once it can be read', async () => {
    const open = await connectedBackend();
    open.zooKeeper.tree.create('/w', bytes('secret'));
    const allow = open.zooKeeper.refuse(errorNumbers.noAuth, noAuth('/w'));
    const log = new WatchLog();
    open.backend.watch('/w', { children: 'none' }, log);
    await turn(1);
    const attemptsIn = async (ms: number): Promise<number> => {
      open.zooKeeper.requests.length = 0;
      await open.clock.advance(ms);
      return open.zooKeeper.requests.length;
    };
    expect([await attemptsIn(1_000), await attemptsIn(2_000), await attemptsIn(4_000)]).toEqual([1, 1, 1]);
    expect(await attemptsIn(300_000)).toBeLessThan(15);
    expect(log.faults).toHaveLength(1);
    expect(log.nodes).toHaveLength(0);
    allow();
    await open.clock.advance(30_000);
    expect(text(log.last?.data)).toBe('secret');
    open.zooKeeper.tree.setData('/w', bytes('new'));
    await turn(1);
    expect(text(log.last?.data)).toBe('new');
    await open.clock.advance(60_000);
    expect(open.clock.pending).toBe(0);
  });

  test('is neither retried earlier nor reported again because of changes elsewhere', async () => {
    const open = await watching(service);
    const { zooKeeper, log, clock } = open;
    zooKeeper.refuse(errorNumbers.noAuth, noAuth('/w/n07'));
    zooKeeper.tree.setData('/w/n07', bytes('secret'));
    await turn(1);
    zooKeeper.requests.length = 0;
    for (let second = 0; second < 60; second += 1) {
      zooKeeper.tree.setData('/w/n08', bytes(`${second}`));
      await clock.advance(1_000);
      await turn(1);
    }
    const retries = zooKeeper.requests.filter(({ request }) => request.path === '/w/n07');
    expect(retries.length).toBeLessThan(10);
    expect(log.faults).toHaveLength(1);
    expect(log.children.n08).toBe('59');
  });

  test('is given up as a child that was deleted in the meantime', async () => {
    const open = await watching(service);
    open.zooKeeper.refuse(errorNumbers.noAuth, noAuth('/w/n07'));
    open.zooKeeper.tree.setData('/w/n07', bytes('secret'));
    await turn(1);
    open.zooKeeper.tree.remove('/w/n07');
    await open.clock.advance(60_000);
    expect(open.clock.pending).toBe(0);
    expect(open.log.children).not.toHaveProperty('n07');
  });

  test('is retried at once on a new connection', async () => {
    const open = await watching(service);
    const allow = open.zooKeeper.refuse(errorNumbers.noAuth, noAuth('/w/n07'));
    open.zooKeeper.tree.setData('/w/n07', bytes('secret'));
    await turn(1);
    allow();
    open.zooKeeper.breakConnection(open.client());
    await turn(1);
    expect(open.log.children.n07).toBe('secret');
  });

  test('ends a read that the client forgets, and the watch recovers', async () => {
    const open = await watching(service, { requestTimeoutMs: 8_000 });
    const answerAgain = open.zooKeeper.hang(({ path }) => path === '/w/n07');
    open.zooKeeper.tree.setData('/w/n07', bytes('slow'));
    await turn(1);
    await open.clock.advance(20_000);
    expect(open.log.faults[0]).toBeInstanceOf(TimeoutError);
    answerAgain();
    await open.clock.advance(30_000);
    expect(open.log.children.n07).toBe('slow');
  });

  test('a disposed watch leaves no timer', async () => {
    const open = await connectedBackend();
    open.zooKeeper.tree.create('/w', null);
    open.zooKeeper.refuse(errorNumbers.noAuth);
    const log = new WatchLog();
    const watch = open.backend.watch('/w', { children: 'data' }, log);
    await turn(1);
    watch.dispose();
    await open.clock.advance(10_000);
    expect(open.clock.pending).toBe(0);
    expect(log.faults).toHaveLength(1);
  });
});

describe('under steady change', () => {
  test('of data, and of created children, the watch delivers', async () => {
    const open = await watching(({ tree }) => tree.create('/w', null));
    const { tree } = open.zooKeeper;
    const delivered = await churn(open, (step) => {
      if (step % 2 === 0) tree.create(`/w/n${step}`, null);
      else tree.setData('/w', bytes(`${step}`));
    });
    expect(delivered).toBeGreaterThan(3);
  });

  test('of children that are deleted before they can be read, the watch delivers', async () => {
    const open = await watching(service);
    const { tree } = open.zooKeeper;
    const delivered = await churn(open, (step) => {
      tree.create(`/w/short-${step}`, null);
      if (step > 0) tree.remove(`/w/short-${step - 1}`);
    });
    expect(delivered).toBeGreaterThan(3);
    open.zooKeeper.release();
    await turn(1);
    expect(Object.keys(open.log.children)).toEqual([...names, 'short-399']);
  });
});

describe('a client that is late to report a broken connection', () => {
  test('is not asked again and again', async () => {
    const open = await connectedBackend();
    open.zooKeeper.tree.create('/w', null);
    open.zooKeeper.refuse(errorNumbers.connectionLoss);
    const log = new WatchLog();
    open.backend.watch('/w', { children: 'data' }, log);
    await turn(1);
    expect(open.zooKeeper.requests).toHaveLength(2);
    expect(log.faults).toEqual([]);
    await open.clock.advance(1_000);
    expect(open.zooKeeper.requests).toHaveLength(4);
  });
});

describe('a connection that breaks while the node is read', () => {
  /** Two children change; the first of the two reads has been answered when the connection breaks. */
  async function brokenHalfWay(): Promise<Watching> {
    const open = await watching(service);
    const { zooKeeper } = open;
    zooKeeper.hold();
    zooKeeper.tree.setData('/w/n07', bytes('new'));
    zooKeeper.tree.setData('/w/n08', bytes('new'));
    await stepped(zooKeeper, ({ requests }) => requests.some(({ request }) => request.path === '/w/n07'));
    open.log.nodes.length = 0;
    for (const move of zooKeeper.moves.filter(({ direction }) => direction === 'to-client')) move.step();
    return open;
  }

  /** Delivers frames one by one until `holds` returns true. */
  async function stepped(zooKeeper: FakeZooKeeper, holds: (zooKeeper: FakeZooKeeper) => boolean): Promise<void> {
    zooKeeper.requests.length = 0;
    for (let step = 0; !holds(zooKeeper); step += 1) {
      if (step > 100) throw new Error('it never holds');
      zooKeeper.moves[0]?.step();
      await turn(1);
    }
  }

  test('delivers nothing until there is one again', async () => {
    const open = await brokenHalfWay();
    open.zooKeeper.goDown();
    await turn(1);
    expect(open.log.nodes).toEqual([]);
    open.zooKeeper.release();
    open.zooKeeper.comeBack();
    await turn(1);
    expect([open.log.children.n07, open.log.children.n08]).toEqual(['new', 'new']);
  });

  test('after the last answer, the answers are delivered when there is one again', async () => {
    const open = await watching(service);
    const { zooKeeper } = open;
    zooKeeper.hold();
    zooKeeper.tree.setData('/w/n07', bytes('new'));
    await stepped(zooKeeper, ({ requests }) => requests.length > 0);
    open.log.nodes.length = 0;
    zooKeeper.moves[0]?.step();
    zooKeeper.goDown();
    await turn(1);
    expect(open.log.nodes).toEqual([]);
    zooKeeper.release();
    zooKeeper.comeBack();
    await turn(1);
    expect(open.log.children.n07).toBe('new');
  });
});

test('a node that may no longer be read is not delivered when a child of it changes', async () => {
  const open = await watching(service);
  open.zooKeeper.refuse(errorNumbers.noAuth, ({ path }) => path === '/w');
  open.zooKeeper.tree.setData('/w', bytes('secret'));
  await turn(1);
  expect(open.log.faults).toHaveLength(1);
  open.log.nodes.length = 0;
  open.zooKeeper.tree.setData('/w/n07', bytes('new'));
  await turn(1);
  expect(open.log.nodes).toEqual([]);
});
