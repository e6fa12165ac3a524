import { afterEach, describe, expect, test, vi } from 'vitest';
import { MemoryBackend, MemoryStore } from '../src/index.js';
import { microtasks, openBackend, text } from './open-backend.js';

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe('stores', () => {
  test('are independent of each other', async () => {
    const [here, there] = [new MemoryStore(), new MemoryStore()];
    const [one, two] = [await openBackend(here), await openBackend(there)];
    const seen = two.watch('/a');
    await one.create('/a');
    await here.goDown();
    expect([there.dump(), there.sessions, there.up]).toEqual([[], 1, true]);
    expect(seen.last()?.stat).toBeNull();
    expect(two.types()).toEqual(['connected']);
  });

  test('with the same name are the same', () => {
    expect(MemoryStore.named('a')).toBe(MemoryStore.named('a'));
    expect(MemoryStore.named('a')).not.toBe(MemoryStore.named('b'));
    expect(MemoryStore.named('__proto__')).toBeInstanceOf(MemoryStore);
  });

  test('use the given clock', async () => {
    const one = await openBackend(new MemoryStore({ now: () => 1234 }));
    await one.create('/a');
    expect((await one.read('/a')).stat).toMatchObject({ ctime: 1234, mtime: 1234 });
  });

  test('count sessions and requests, and list paths', async () => {
    const store = new MemoryStore();
    const one = await openBackend(store);
    await openBackend(store);
    await one.create('/b/a');
    await one.create('/a');
    await one.read('/none');
    one.watch('/a');
    await microtasks();
    await one.write('/a', 'x', 0);
    expect(store.sessions).toBe(2);
    expect(store.requests).toBe(5);
    expect(store.dump()).toEqual(['/a', '/b', '/b/a']);
  });
});

test('accept any name of another client as an ordinary name', async () => {
  const store = new MemoryStore();
  const one = await openBackend(store);
  const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', '7', ' ', 'ключ', '%2F', 'a:b', '..a'];
  const seen = one.watch('/s');
  await microtasks();
  for (const name of names) await one.create(`/s/${name}`, name, 'ephemeral');
  await one.create('/__proto__/__proto__', 'deep');
  const listed = [...(seen.last()?.children ?? [])].map(([name, { data }]) => [name, text(data)]);
  expect(listed).toEqual(names.map((name) => [name, name]));
  expect(text((await one.read('/__proto__/__proto__')).data)).toBe('deep');
  expect((await one.read('/constructor')).stat).toBeNull();
  await one.backend.close();
  expect(store.dump()).toEqual(['/__proto__', '/__proto__/__proto__', '/s']);
});

test('nothing needs a timer', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'setInterval', 'setImmediate', 'Date', 'performance'] });
  const store = new MemoryStore();
  const [one, two] = [await openBackend(store), await openBackend(store)];
  const seen = two.watch('/s');
  await one.create('/s/a', 'x', 'ephemeral');
  await store.goDown();
  await store.comeBack();
  await store.expire(one.backend);
  store.hold()();
  await one.backend.close();
  await two.backend.close();
  expect(seen.last()?.children.size).toBe(0);
  expect(vi.getTimerCount()).toBe(0);
});

test('an observer that throws does not affect others', async () => {
  const store = new MemoryStore();
  const thrown: unknown[] = [];
  const real = queueMicrotask;
  vi.spyOn(globalThis, 'queueMicrotask').mockImplementation((run) => {
    real(() => {
      try {
        run();
      } catch (error) {
        thrown.push(error);
      }
    });
  });
  const bad = new MemoryBackend(store);
  bad.connect(() => undefined);
  const broken = new Error('broken observer');
  const observer = {
    node() {
      throw broken;
    },
    fault: () => undefined,
  };
  bad.watch('/a', { children: 'none' }, observer);
  const one = await openBackend(store);
  const seen = one.watch('/a');
  await one.create('/a', '1');
  expect(seen.texts().at(-1)).toBe('1');
  expect(thrown).toContain(broken);
});

test('a change costs work only for the watches that show it', async () => {
  const store = new MemoryStore();
  const one = await openBackend(store);
  const elsewhere = Array.from({ length: 1000 }, (_, index) => one.watch(`/other/${index}`));
  const names = one.watch('/s', 'names');
  await one.create('/s/a');
  const before = [names, ...elsewhere].map(({ nodes }) => nodes.length);
  await one.write('/s/a', 'new', 0);
  expect([names, ...elsewhere].map(({ nodes }) => nodes.length)).toEqual(before);
});
