import { InvalidArgumentError, NoConnectionError, NotAuthorizedError } from '@ndsr/core/backend';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { MemoryStore } from '../src/index.js';
import { microtasks, openBackend } from './open-backend.js';

afterEach(() => {
  vi.useRealTimers();
});

describe('goDown and comeBack', () => {
  test('act at the call, and resolve once the backends have been notified', async () => {
    const store = new MemoryStore();
    const one = await openBackend(store);
    const down = store.goDown();
    expect(store.up).toBe(false);
    await expect(one.read('/a')).rejects.toThrow(NoConnectionError);
    await down;
    expect(one.types()).toEqual(['connected', 'suspended']);
    expect(one.events[1]).toEqual({ type: 'suspended', quietMs: 0 });
    await store.comeBack();
    expect(one.types()).toEqual(['connected', 'suspended', 'connected']);
    expect(store.up).toBe(true);
  });

  test('called twice are as called once', async () => {
    const store = new MemoryStore();
    const one = await openBackend(store);
    await store.comeBack();
    await store.goDown();
    await store.goDown();
    await store.comeBack();
    await store.comeBack();
    expect(one.types()).toEqual(['connected', 'suspended', 'connected']);
  });

  test('a session that was closed while down ends when the store is back', async () => {
    const store = new MemoryStore();
    const [one, two] = [await openBackend(store), await openBackend(store)];
    await one.create('/s/e', 'x', 'ephemeral');
    const seen = two.watch('/s');
    await microtasks();
    await store.goDown();
    await one.backend.close();
    expect([store.sessions, store.dump()]).toEqual([2, ['/s', '/s/e']]);
    await store.comeBack();
    expect([store.sessions, store.dump()]).toEqual([1, ['/s']]);
    expect(seen.last()?.children.size).toBe(0);
    expect(one.types()).toEqual(['connected', 'suspended']);
  });
});

describe('expire', () => {
  test('deletes the ephemeral nodes at once, and other clients see it', async () => {
    const store = new MemoryStore();
    const registry = {};
    const [one, two] = [await openBackend(store, registry), await openBackend(store)];
    await one.create('/s/e', 'x', 'ephemeral');
    const seen = two.watch('/s');
    await microtasks();
    const expired = store.expire(registry);
    expect(store.dump()).toEqual(['/s']);
    await expired;
    expect(seen.last()?.children.size).toBe(0);
    expect(one.types()).toEqual(['connected', 'lost', 'connected']);
    expect(two.types()).toEqual(['connected']);
  });

  test('while down is reported when the store is back', async () => {
    const store = new MemoryStore();
    const one = await openBackend(store);
    await one.create('/e', 'x', 'ephemeral');
    await store.goDown();
    await store.expire(one.backend);
    expect(store.dump()).toEqual([]);
    expect(one.types()).toEqual(['connected', 'suspended']);
    await store.comeBack();
    expect(one.types()).toEqual(['connected', 'suspended', 'lost', 'connected']);
    expect(new Set(one.sessionIds()).size).toBe(2);
  });

  test("finds a registry's latest backend", async () => {
    const store = new MemoryStore();
    const registry = {};
    const old = await openBackend(store, registry);
    await old.backend.close();
    const rebuilt = await openBackend(store, registry);
    await store.expire(registry);
    expect(rebuilt.types()).toEqual(['connected', 'lost', 'connected']);
  });

  test('refuses a registry that has no session here', async () => {
    const store = new MemoryStore();
    const one = await openBackend(store);
    await expect(new MemoryStore().expire(one.backend)).rejects.toThrow(InvalidArgumentError);
    await one.backend.close();
    await expect(store.expire(one.backend)).rejects.toThrow(InvalidArgumentError);
    await expect(store.expire({})).rejects.toThrow(InvalidArgumentError);
  });
});

describe('refuse', () => {
  const error = new NotAuthorizedError('/a');

  test('rejects matching operations, until undone', async () => {
    const store = new MemoryStore();
    const one = await openBackend(store);
    const undo = store.refuse({ operation: 'create', path: '/a', error });
    await expect(one.create('/a')).rejects.toBe(error);
    await one.create('/b');
    await one.read('/a');
    undo();
    undo();
    await one.create('/a');
    expect(store.dump()).toEqual(['/a', '/b']);
  });

  test('without operation and path refuses everything', async () => {
    const store = new MemoryStore();
    const one = await openBackend(store);
    store.refuse({ error });
    await expect(one.create('/a')).rejects.toBe(error);
    await expect(one.write('/b', 'x', 0)).rejects.toBe(error);
    await expect(one.backend.remove('/c', 0)).rejects.toBe(error);
    await expect(one.read('/d')).rejects.toBe(error);
  });

  test('ends by itself after the given number of times', async () => {
    const store = new MemoryStore();
    const one = await openBackend(store);
    store.refuse({ operation: 'read', error, times: 2 });
    await expect(one.read('/a')).rejects.toBe(error);
    await expect(one.read('/a')).rejects.toBe(error);
    await one.read('/a');
  });

  test('reports a fault to a watch, which sees the node as soon as that is permitted', async () => {
    const store = new MemoryStore();
    const [one, two] = [await openBackend(store), await openBackend(store)];
    const undo = store.refuse({ operation: 'watch', path: '/a', error });
    const seen = one.watch('/a');
    await two.create('/a', '1');
    await two.write('/a', '2', 0);
    expect([seen.faults, seen.nodes]).toEqual([[error, error], []]);
    undo();
    await microtasks();
    expect(seen.texts()).toEqual(['2']);
    await two.write('/a', '3', 1);
    expect(seen.texts()).toEqual(['2', '3']);
    expect(seen.faults).toHaveLength(2);
  });

  test('with a number of times makes a watch retry at once', async () => {
    const store = new MemoryStore();
    const one = await openBackend(store);
    store.refuse({ error, times: 3 });
    const seen = one.watch('/a');
    await microtasks();
    expect([seen.faults.length, seen.nodes.length]).toEqual([3, 1]);
  });

  test('requires at least one time', () => {
    expect(() => new MemoryStore().refuse({ error, times: 0 })).toThrow(InvalidArgumentError);
    expect(() => new MemoryStore().refuse({ error, times: Number.NaN })).toThrow(InvalidArgumentError);
  });
});

describe('hold', () => {
  test('holds back answers and watches, also those in flight, in their order', async () => {
    const store = new MemoryStore();
    const one = await openBackend(store);
    const told: string[] = [];
    const before = one.create('/a').then(() => told.push('before'));
    const release = store.hold();
    const seen = one.watch('/a');
    const after = one.write('/a', '2', 0).then(() => told.push('after'));
    await microtasks();
    expect([told, seen.nodes, store.dump()]).toEqual([[], [], ['/a']]);
    release();
    release();
    await Promise.all([before, after]);
    expect([told, seen.texts()]).toEqual([['before', 'after'], ['2']]);
  });

  test('holds again after a release that was called twice', async () => {
    const store = new MemoryStore();
    const one = await openBackend(store);
    const first = store.hold();
    first();
    first();
    const told: string[] = [];
    const release = store.hold();
    const read = one.read('/a').then(() => told.push('read'));
    await microtasks();
    expect(told).toEqual([]);
    release();
    await read;
  });

  test('twice needs two releases', async () => {
    const store = new MemoryStore();
    const one = await openBackend(store);
    const releases = [store.hold(), store.hold()];
    const told: string[] = [];
    const read = one.read('/a').then(() => told.push('read'));
    releases[0]?.();
    await microtasks();
    expect(told).toEqual([]);
    releases[1]?.();
    await read;
  });

  test('with goDown: the write has happened, its answer is lost', async () => {
    const store = new MemoryStore();
    const one = await openBackend(store);
    const release = store.hold();
    const written = expect(one.create('/a')).rejects.toThrow(NoConnectionError);
    await store.goDown();
    await written;
    release();
    await store.comeBack();
    expect(store.dump()).toEqual(['/a']);
  });

  test('keeps a read as it was when it was requested', async () => {
    const store = new MemoryStore();
    const [one, two] = [await openBackend(store), await openBackend(store)];
    const release = store.hold();
    const [read, written] = [one.read('/a'), two.create('/a')];
    release();
    expect((await read).stat).toBeNull();
    await written;
  });
});

describe('delay', () => {
  test('delays answers and watches by the given time', async () => {
    vi.useFakeTimers();
    const store = new MemoryStore();
    const one = await openBackend(store);
    store.delay(100);
    const told: string[] = [];
    const seen = one.watch('/a');
    const read = one.read('/a').then(() => told.push('read'));
    await vi.advanceTimersByTimeAsync(99);
    expect([told, seen.nodes.length]).toEqual([[], 0]);
    await vi.advanceTimersByTimeAsync(1);
    await read;
    expect([told, seen.nodes.length]).toEqual([['read'], 1]);
  });

  test('of 0 releases waiting messages', async () => {
    vi.useFakeTimers();
    const store = new MemoryStore();
    const one = await openBackend(store);
    store.delay(100);
    const read = one.read('/a');
    store.delay(0);
    await read;
    expect(vi.getTimerCount()).toBe(0);
  });

  test('that becomes shorter overtakes nothing', async () => {
    vi.useFakeTimers();
    const store = new MemoryStore();
    const one = await openBackend(store);
    const told: number[] = [];
    for (const ms of [100, 10]) {
      store.delay(ms);
      void one.read('/a').then(() => told.push(ms));
    }
    await vi.advanceTimersByTimeAsync(50);
    expect(told).toEqual([]);
    await vi.advanceTimersByTimeAsync(50);
    expect(told).toEqual([100, 10]);
  });

  test('leaves no timer behind after goDown or close', async () => {
    vi.useFakeTimers();
    const store = new MemoryStore();
    const [one, two] = [await openBackend(store), await openBackend(store)];
    store.delay(100);
    const held = expect(one.read('/a')).rejects.toThrow(NoConnectionError);
    const closed = one.backend.close();
    await vi.advanceTimersByTimeAsync(100);
    await Promise.all([closed, held]);
    expect(vi.getTimerCount()).toBe(0);
    const cut = expect(two.read('/a')).rejects.toThrow(NoConnectionError);
    await Promise.all([store.goDown(), cut]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('requires a number of ms', () => {
    expect(() => new MemoryStore().delay(-1)).toThrow(InvalidArgumentError);
    expect(() => new MemoryStore().delay(Number.POSITIVE_INFINITY)).toThrow(InvalidArgumentError);
  });
});
