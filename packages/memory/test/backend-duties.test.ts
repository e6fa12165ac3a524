import { NoConnectionError } from '@ndsr/core/backend';
import { describe, expect, test } from 'vitest';
import { MemoryBackend, MemoryServiceRegistry, MemoryStore } from '../src/index.js';
import { bytes, microtasks, Opened, openBackend, text } from './open-backend.js';

describe('1: connect', () => {
  test('waits for a store that is down', async () => {
    const store = new MemoryStore();
    await store.goDown();
    const one = await openBackend(store);
    expect(one.types()).toEqual([]);
    await store.comeBack();
    expect(one.types()).toEqual(['connected']);
  });

  test('gives a session that never times out by the clock', async () => {
    const one = await openBackend(new MemoryStore());
    expect(one.events).toEqual([
      { type: 'connected', session: { id: expect.any(BigInt), timeoutMs: Number.POSITIVE_INFINITY } },
    ]);
  });

  test('declares its capabilities', () => {
    const { name, capabilities } = new MemoryBackend(new MemoryStore());
    expect(name).toBe('memory');
    expect(capabilities).toEqual({ atomicReplace: true, letsProcessEnd: true });
  });
});

describe('12: serverFailures', () => {
  test('reports that the store is down, and nothing while it is up', async () => {
    const store = new MemoryStore();
    const one = await openBackend(store);
    expect(one.backend.serverFailures).toEqual([]);
    await store.goDown();
    expect(one.backend.serverFailures).toMatchObject([{ error: { message: 'the memory store is down' } }]);
    await one.backend.close();
    expect(one.backend.serverFailures).toHaveLength(1);
  });

  test('is part of the errors of a registry', async () => {
    const registry = new MemoryServiceRegistry();
    await registry.start();
    await registry.store.goDown();
    await expect(registry.setNode('/a')).rejects.toMatchObject({
      code: 'ERR_NDSR_NO_CONNECTION',
      message: 'Not connected to the service registry: the memory store is down',
      cause: { message: 'the memory store is down' },
    });
    await registry.stop();
  });
});

describe('2: observers are called later, never from inside a call', () => {
  test('of the connection', async () => {
    const one = new Opened(new MemoryStore());
    one.connect();
    expect(one.events).toEqual([]);
    await microtasks();
    expect(one.types()).toEqual(['connected']);
  });

  test('of watches, their own writes and those of others', async () => {
    const store = new MemoryStore();
    const [one, two] = [await openBackend(store), await openBackend(store)];
    const seen = [one.watch('/a'), two.watch('/a')];
    expect(seen.map(({ nodes }) => nodes.length)).toEqual([0, 0]);
    await microtasks();
    const written = one.create('/a');
    expect(seen.map(({ nodes }) => nodes.length)).toEqual([1, 1]);
    await written;
    expect(seen.map(({ nodes }) => nodes.length)).toEqual([2, 2]);
  });
});

describe('3: connection events alternate', () => {
  test('a broken connection is re-established with the same session', async () => {
    const store = new MemoryStore();
    const one = await openBackend(store);
    await store.goDown();
    await store.comeBack();
    expect(one.types()).toEqual(['connected', 'suspended', 'connected']);
    expect(new Set(one.sessionIds()).size).toBe(1);
  });

  test('a lost session is replaced by another', async () => {
    const store = new MemoryStore();
    const one = await openBackend(store);
    await store.expire(one.backend);
    expect(one.types()).toEqual(['connected', 'lost', 'connected']);
    expect(new Set(one.sessionIds()).size).toBe(2);
  });

  test('however fast the events follow each other', async () => {
    const store = new MemoryStore();
    const one = await openBackend(store);
    await Promise.all([store.goDown(), store.comeBack(), store.goDown(), store.comeBack()]);
    await Promise.all([store.expire(one.backend), store.goDown(), store.comeBack()]);
    await microtasks();
    expect(one.types()).toEqual(['connected', 'suspended', 'connected', 'lost', 'connected']);
  });

  test('when an observer causes the next one', async () => {
    const store = new MemoryStore();
    const types: string[] = [];
    const backend = new MemoryBackend(store);
    const causes = [() => store.expire(backend), () => store.goDown(), () => store.comeBack(), () => store.goDown()];
    backend.connect((event) => {
      types.push(event.type);
      if (event.type === 'connected') void Promise.all([causes.shift()?.(), causes.shift()?.()]);
    });
    await microtasks();
    expect(types).toEqual(['connected', 'lost']);
    await store.comeBack();
    expect(types).toEqual(['connected', 'lost', 'connected', 'suspended']);
  });
});

describe('3: connection events alternate, whatever an observer does from inside an event', () => {
  const causes: [string, (store: MemoryStore, backend: MemoryBackend) => Promise<unknown>, string[]][] = [
    ['an end of the session', (store, backend) => store.expire(backend), ['lost', 'connected']],
    ['a short break', (store) => Promise.all([store.goDown(), store.comeBack()]), ['suspended', 'connected']],
  ];

  test.each(causes)('%s', async (_name, cause, expected) => {
    const store = new MemoryStore();
    const types: string[] = [];
    const backend = new MemoryBackend(store);
    backend.connect((event) => {
      types.push(event.type);
      if (types.length === 3) void cause(store, backend);
    });
    await microtasks();
    // Two of these `comeBack` calls are still in progress when the observer acts at the first.
    await Promise.all([store.goDown(), store.comeBack(), store.goDown(), store.comeBack()]);
    await microtasks();
    expect(types).toEqual(['connected', 'suspended', 'connected', ...expected]);
  });
});

describe('4: an operation that cannot be sent rejects at once', () => {
  test.each(['before connect', 'while suspended', 'after close'])('%s', async (when) => {
    const store = new MemoryStore();
    const one = new Opened(store);
    if (when !== 'before connect') one.connect();
    await microtasks();
    if (when === 'while suspended') await store.goDown();
    if (when === 'after close') await one.backend.close();
    const calls = [one.create('/a'), one.write('/a', 'x', 0), one.backend.remove('/a', 0), one.read('/a')];
    await Promise.all(calls.map((call) => expect(call).rejects.toThrow(NoConnectionError)));
    expect(store.requests).toBe(0);
    expect(store.dump()).toEqual([]);
  });

  test('an operation in flight when the connection broke rejects, and may have been executed', async () => {
    const store = new MemoryStore();
    const one = await openBackend(store);
    const written = one.create('/a');
    await Promise.all([store.goDown(), expect(written).rejects.toThrow(NoConnectionError)]);
    expect(store.dump()).toEqual(['/a']);
  });

  test('so does an operation in flight when the session ended', async () => {
    const store = new MemoryStore();
    const one = await openBackend(store);
    const read = one.read('/a');
    await Promise.all([store.expire(one.backend), expect(read).rejects.toThrow(NoConnectionError)]);
  });
});

describe('5: failures', () => {
  test('are reported by their codes', async () => {
    const one = await openBackend(new MemoryStore());
    await one.create('/a/b');
    await expect(one.create('/a')).rejects.toMatchObject({ code: 'ERR_NDSR_NODE_EXISTS', path: '/a' });
    await expect(one.write('/x', '', 0)).rejects.toMatchObject({ code: 'ERR_NDSR_NO_NODE', path: '/x' });
    await expect(one.write('/a', '', 1)).rejects.toMatchObject({ code: 'ERR_NDSR_BAD_VERSION', path: '/a' });
    await expect(one.backend.remove('/a', 0)).rejects.toMatchObject({ code: 'ERR_NDSR_NOT_EMPTY', path: '/a' });
    await expect(one.replace('/a', 0)).rejects.toMatchObject({ code: 'ERR_NDSR_NOT_EMPTY', path: '/a' });
  });

  test('do not include a missing node', async () => {
    const one = await openBackend(new MemoryStore());
    expect(await one.read('/a/b')).toEqual({ path: '/a/b', data: null, children: new Map(), stat: null });
  });
});

describe('6: create', () => {
  test('creates missing parents, persistent and without data', async () => {
    const one = await openBackend(new MemoryStore());
    await one.create('/a/b/c', 'x', 'ephemeral');
    expect(await one.read('/a/b')).toMatchObject({ data: null, stat: { ephemeralOwner: 0n, dataLength: 0 } });
    expect((await one.read('/a/b/c')).stat?.ephemeralOwner).toBe(one.sessionIds()[0]);
  });

  test('copies the bytes, since the caller may reuse its buffer', async () => {
    const one = await openBackend(new MemoryStore());
    const buffer = Buffer.from('first');
    await one.backend.create('/a', { kind: 'persistent', data: buffer, replacing: null });
    buffer.write('other');
    expect(text((await one.read('/a')).data)).toBe('first');
  });
});

describe('7: watch', () => {
  test('delivers the node soon, then after each change', async () => {
    const store = new MemoryStore();
    const [one, two] = [await openBackend(store), await openBackend(store)];
    const seen = one.watch('/a');
    await microtasks();
    await two.create('/a', '1');
    await two.write('/a', '2', 0);
    await two.backend.remove('/a', 1);
    expect(seen.texts()).toEqual([null, '1', '2', null]);
    expect(seen.last()?.stat).toBeNull();
  });

  test('merges changes and always delivers the last state', async () => {
    const one = await openBackend(new MemoryStore());
    const seen = one.watch('/a');
    await Promise.all([one.create('/a', '1'), one.write('/a', '2', 0), one.write('/a', '3', 1)]);
    expect(seen.texts()).toEqual(['3']);
  });

  test.each([
    ['none', [], 1],
    ['names', [['b', null]], 2],
    ['data', [['b', 'new']], 3],
  ] as const)('lists children with detail %s', async (detail, children, deliveries) => {
    const one = await openBackend(new MemoryStore());
    await one.create('/a');
    const seen = one.watch('/a', detail);
    await microtasks();
    await one.create('/a/b', 'old');
    await one.write('/a/b', 'new', 0);
    expect(seen.nodes).toHaveLength(deliveries);
    const last = [...(seen.last()?.children ?? [])].map(([name, { data }]) => [name, text(data)]);
    expect(last).toEqual(children);
  });

  test('shows a stat as current as the children', async () => {
    const one = await openBackend(new MemoryStore());
    const seen = one.watch('/a', 'names');
    await one.create('/a/b');
    await one.create('/a/c');
    expect(seen.last()?.stat).toMatchObject({ numChildren: 2, cversion: 2 });
    expect(seen.last()?.children.size).toBe(2);
  });

  test('delivers the same objects for what has not changed', async () => {
    const one = await openBackend(new MemoryStore());
    await one.create('/a', 'own');
    await one.create('/a/b', 'b');
    const seen = one.watch('/a');
    await microtasks();
    await one.create('/a/c', 'c');
    const [before, after] = seen.nodes;
    expect(after?.data).toBe(before?.data);
    expect(after?.children.get('b')).toBe(before?.children.get('b'));
    expect([...(after?.changedChildren?.keys() ?? [])]).toEqual(['c']);
    expect(before?.children.has('c')).toBe(false);
  });

  test('follows a path that is created, deleted and created again, with its parents', async () => {
    const one = await openBackend(new MemoryStore());
    const seen = one.watch('/p/a');
    await microtasks();
    await one.create('/p/a', '1');
    await one.backend.remove('/p/a', 0);
    await one.backend.remove('/p', 0);
    await one.create('/p/a', '2');
    expect(seen.texts()).toEqual([null, '1', null, '2']);
  });

  test('never shows a replaced node as absent', async () => {
    const store = new MemoryStore();
    const [one, two] = [await openBackend(store), await openBackend(store)];
    await one.create('/s/a', '1', 'ephemeral');
    const [own, list] = [two.watch('/s/a'), two.watch('/s')];
    await microtasks();
    await two.replace('/s/a', 0, '2', 'ephemeral');
    expect(own.texts()).toEqual(['1', '2']);
    expect(list.nodes.map(({ children }) => text(children.get('a')?.data))).toEqual(['1', '2']);
    expect(own.last()?.stat?.ephemeralOwner).toBe(two.sessionIds()[0]);
  });

  test('delivers once after each connected, changed or not', async () => {
    const store = new MemoryStore();
    const one = await openBackend(store);
    await one.create('/a', '1');
    const seen = one.watch('/a');
    await microtasks();
    await store.goDown();
    await store.comeBack();
    await store.expire(one.backend);
    expect(seen.texts()).toEqual(['1', '1', '1']);
  });

  test('started while disconnected begins once the connection is established', async () => {
    const store = new MemoryStore();
    const one = new Opened(store);
    const early = one.watch('/a');
    await store.goDown();
    one.connect();
    await microtasks();
    const late = one.watch('/a');
    await microtasks();
    expect([early.nodes.length, late.nodes.length]).toEqual([0, 0]);
    await store.comeBack();
    expect([early.nodes.length, late.nodes.length]).toEqual([1, 1]);
  });

  test('delivers nothing after dispose, not even a delivery in flight', async () => {
    const one = await openBackend(new MemoryStore());
    const seen = one.watch('/a');
    seen.watch.dispose();
    seen.watch.dispose();
    await one.create('/a');
    expect(seen.nodes).toEqual([]);
  });

  test('delivers after the event that it follows', async () => {
    const store = new MemoryStore();
    const told: string[] = [];
    const backend = new MemoryBackend(store);
    backend.watch(
      '/a',
      { children: 'none' },
      { node: () => told.push('node'), fault: (error) => told.push(error.code) },
    );
    backend.connect((event) => told.push(event.type));
    await microtasks();
    const read = expect(backend.read('/a', { children: 'none' })).rejects.toThrow(NoConnectionError);
    await Promise.all([store.goDown(), store.comeBack(), read]);
    expect(told).toEqual(['connected', 'node', 'suspended', 'connected', 'node']);
  });
});

describe('8: a write resolves after every watch that shows it has been notified', () => {
  test.each(['own', 'other'])("on the %s backend's watches", async (whose) => {
    const store = new MemoryStore();
    const [writer, other] = [await openBackend(store), await openBackend(store)];
    const watcher = whose === 'own' ? writer : other;
    const [node, list] = [watcher.watch('/s/a'), watcher.watch('/s')];
    await microtasks();
    await writer.create('/s/a', '1');
    expect([text(node.last()?.data), text(list.last()?.children.get('a')?.data)]).toEqual(['1', '1']);
    await writer.write('/s/a', '2', 0);
    expect([text(node.last()?.data), text(list.last()?.children.get('a')?.data)]).toEqual(['2', '2']);
    await writer.backend.remove('/s/a', 1);
    expect([node.last()?.stat, list.last()?.children.size]).toEqual([null, 0]);
  });

  test('with hundreds of watches, and writes side by side', async () => {
    const store = new MemoryStore();
    const others = await Promise.all(Array.from({ length: 100 }, () => openBackend(store)));
    const lists = others.map((other) => other.watch('/s', 'names'));
    const [writer] = others;
    const writes = Array.from({ length: 20 }, async (_, index) => {
      await writer?.create(`/s/${index}`);
      expect(lists.every((list) => list.last()?.children.has(`${index}`))).toBe(true);
    });
    await Promise.all(writes);
    expect(lists.every((list) => list.last()?.children.size === 20)).toBe(true);
  });
});

describe('9: an ephemeral node lives as long as the session', () => {
  test('through a broken connection', async () => {
    const store = new MemoryStore();
    const one = await openBackend(store);
    await one.create('/e', 'x', 'ephemeral');
    await store.goDown();
    await store.comeBack();
    expect(store.dump()).toEqual(['/e']);
  });

  test('and is gone, for others too, before close resolves', async () => {
    const store = new MemoryStore();
    const [one, two] = [await openBackend(store), await openBackend(store)];
    await one.create('/s/e', 'x', 'ephemeral');
    const seen = Array.from({ length: 20 }, () => two.watch('/s'));
    await microtasks();
    await one.backend.close();
    expect(seen.every((each) => each.last()?.children.size === 0)).toBe(true);
    expect(store.dump()).toEqual(['/s']);
    expect(store.sessions).toBe(1);
  });
});

describe('10: close', () => {
  test('ends watches and events, rejects operations in flight, and may be called again', async () => {
    const store = new MemoryStore();
    const [one, two] = [await openBackend(store), await openBackend(store)];
    const seen = one.watch('/a');
    await microtasks();
    const pending = expect(one.read('/a')).rejects.toThrow(NoConnectionError);
    await Promise.all([one.backend.close(), one.backend.close(), pending]);
    await two.create('/a');
    await store.goDown();
    await store.comeBack();
    await one.backend.close();
    expect(seen.nodes).toHaveLength(1);
    expect(one.types()).toEqual(['connected']);
  });

  test('silences an event in flight', async () => {
    const store = new MemoryStore();
    const one = await openBackend(store);
    await Promise.all([store.goDown(), one.backend.close()]);
    expect(one.types()).toEqual(['connected']);
  });

  test('immediately after connect leaves nothing behind', async () => {
    const store = new MemoryStore();
    const one = new Opened(store);
    one.connect();
    await one.backend.close();
    await microtasks();
    expect(one.types()).toEqual([]);
    expect(store.sessions).toBe(0);
  });

  test('without connect is fine, and nothing starts afterwards', async () => {
    const store = new MemoryStore();
    const one = new Opened(store);
    await one.backend.close();
    one.connect();
    const seen = one.watch('/a');
    seen.watch.dispose();
    await microtasks();
    expect([one.types(), seen.nodes]).toEqual([[], []]);
  });

  test('does not wait for messages that are held back', async () => {
    const store = new MemoryStore();
    const one = await openBackend(store);
    store.hold();
    const pending = expect(one.backend.create('/a', { kind: 'ephemeral', data: bytes('x'), replacing: null }));
    await Promise.all([one.backend.close(), pending.rejects.toThrow(NoConnectionError)]);
    expect(store.dump()).toEqual([]);
  });
});
