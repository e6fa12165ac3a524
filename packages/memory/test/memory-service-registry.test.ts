import { InvalidArgumentError, ServiceRegistry } from '@ndsr/core';
import { NotAuthorizedError } from '@ndsr/core/backend';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { type MemoryRegistryOptions, MemoryServiceRegistry, MemoryStore } from '../src/index.js';

const silent = { debug: ignore, info: ignore, warn: ignore, error: ignore };

function ignore(): void {
  // These tests check behaviour, not log lines.
}

const opened: MemoryServiceRegistry[] = [];

function open(options: MemoryRegistryOptions = {}): MemoryServiceRegistry {
  const registry = new MemoryServiceRegistry({ logger: silent, ...options });
  opened.push(registry);
  return registry;
}

afterEach(async () => {
  await Promise.all(opened.splice(0).map((registry) => registry.stop()));
  vi.useRealTimers();
});

describe('a registry', () => {
  test('is a ServiceRegistry with a store of its own', async () => {
    const [one, two] = [open(), open()];
    expect(one).toBeInstanceOf(ServiceRegistry);
    expect(one.store).not.toBe(two.store);
    expect(await one.start()).toBe(true);
    expect([one.store.sessions, two.store.sessions]).toEqual([1, 0]);
  });

  test('refuses a store of another type, and options that do not exist', () => {
    const wrong = [{ store: {} }, { store: null }, { stroe: new MemoryStore() }] as MemoryRegistryOptions[];
    for (const options of wrong) expect(() => open(options)).toThrow(InvalidArgumentError);
  });

  test("sees another registry's node before that one's call resolves, without any timer", async () => {
    vi.useFakeTimers();
    const store = new MemoryStore();
    const [one, two] = [open({ store }), open({ store })];
    const seen: unknown[] = [];
    await two.get('/s', { callback: ({ children }) => seen.push(Object.keys(children)) });
    await one.setNode('/s/a', { port: 1 });
    expect(seen).toEqual([[], ['a']]);
    await one.unset('/s/a');
    expect(seen).toEqual([[], ['a'], []]);
    await one.stop();
    await two.stop();
    expect(store.sessions).toBe(0);
  });

  test('answers from memory without a request', async () => {
    const registry = open();
    await registry.get('/a');
    const { requests } = registry.store;
    await registry.get('/a');
    expect(registry.store.requests).toBe(requests);
  });
});

describe('with faults', () => {
  test('goes through suspended and back with its session', async () => {
    const registry = open();
    await registry.setNode('/e');
    const phases: string[] = [];
    registry.on('phase', ({ phase }) => phases.push(phase));
    await registry.store.goDown();
    await expect(registry.setNode('/f')).rejects.toMatchObject({ code: 'ERR_NDSR_NO_CONNECTION' });
    await registry.store.comeBack();
    expect(phases).toEqual(['suspended', 'connected']);
    expect(registry.store.dump()).toEqual(['/e']);
  });

  test('registers again after its session has ended', async () => {
    const store = new MemoryStore();
    const [one, two] = [open({ store }), open({ store })];
    await one.setNode('/s/a');
    const before = (await two.get('/s/a')).stat?.ephemeralOwner;
    await store.expire(one);
    await two.get('/s', { minChildren: 1, waitMs: 5_000 });
    expect((await two.get('/s/a')).stat?.ephemeralOwner).not.toBe(before);
  });

  test('can be expired after a rebuild', async () => {
    const registry = open();
    await registry.start();
    await registry.rebuild();
    const phases: string[] = [];
    registry.on('phase', ({ phase }) => phases.push(phase));
    await registry.store.expire(registry);
    expect(phases).toEqual(['lost', 'connected']);
    expect(registry.store.sessions).toBe(1);
  });

  test('rejects with the refusal', async () => {
    const registry = open();
    const error = new NotAuthorizedError('/a');
    registry.store.refuse({ operation: 'create', path: '/a', error });
    await expect(registry.setNode('/a')).rejects.toBe(error);
  });

  test('leaves its nodes to the store when it is stopped while the store is down', async () => {
    const registry = open();
    await registry.setNode('/e');
    await registry.store.goDown();
    await registry.stop();
    expect(registry.store.dump()).toEqual(['/e']);
    await registry.store.comeBack();
    expect(registry.store.dump()).toEqual([]);
  });
});
