import { describe, expect, it } from 'vitest';
import { NotAuthorizedError } from '../../src/errors/access-errors.js';
import type { RegistryOptions } from '../../src/options/registry-options.js';
import { type FakeRegistry, startedRegistry } from '../support/fake-registry.js';
import { bytes, FakeStore, storeWith } from '../support/fake-store.js';
import '../support/guard.js';
import { turn } from '@ndsr/test-support';

const safetyRereadMs = 60_000;

function started(options: RegistryOptions = {}, store = new FakeStore()): Promise<FakeRegistry> {
  return startedRegistry({ safetyRereadMs, random: Math.random, ...options }, store);
}

/** All watches of `path` go quiet. */
function mute({ backend }: FakeRegistry, path: string): void {
  for (const watch of backend.watchesOf(path)) watch.muted = true;
}

function missed({ faults }: FakeRegistry): string[] {
  return faults.filter(({ code }) => code === 'ERR_NDSR_MISSED_CHANGE').map(({ message }) => message);
}

describe('a watch that went quiet', () => {
  it('is begun again, and what it missed is shown and reported, without data', async () => {
    const registry = await started({}, storeWith({ '/a': { n: 1 } }));
    await registry.get('/a');
    mute(registry, '/a');
    registry.store.put('/a', bytes({ secret: 'hush' }));
    await registry.clock.advance(2 * safetyRereadMs);
    expect(registry.peek('/a')?.data).toEqual({ secret: 'hush' });
    expect(missed(registry)).toEqual(['The watch of /a did not tell of a change: its data. It was begun again']);
    registry.store.put('/a', bytes({ n: 3 }));
    await turn();
    expect(registry.peek('/a')?.data).toEqual({ n: 3 });
    await registry.clock.advance(5 * safetyRereadMs);
    expect(registry.faults).toHaveLength(1);
    await registry.stop();
    expect(registry.clock.pending).toBe(0);
  });

  it.each([
    ['children that came', 'its list of children', (store: FakeStore) => store.put('/a/late', null)],
    [
      'data of children',
      'the data of 2 children',
      (store: FakeStore) => ['/a/b', '/a/c'].map((at) => store.put(at, bytes('x'))),
    ],
    ['that it is gone', 'that it is gone', (store: FakeStore) => ['/a/b', '/a/c', '/a'].map((at) => store.delete(at))],
  ])('is found by %s', async (_name, what, change) => {
    const registry = await started({}, storeWith({ '/a': {}, '/a/b': {}, '/a/c': {} }));
    await registry.get('/a');
    mute(registry, '/a');
    change(registry.store);
    await registry.clock.advance(2 * safetyRereadMs);
    expect(missed(registry)).toEqual([`The watch of /a did not tell of a change: ${what}. It was begun again`]);
    expect(Object.keys(registry.peek('/a')?.children ?? {})).toEqual([
      ...registry.store.read('/a', 'names').children.keys(),
    ]);
  });

  it('of one child is found though the others tell without end', async () => {
    const registry = await started({}, storeWith({ '/a/dead': 'old', '/a/busy': '0' }));
    await registry.get('/a');
    registry.backend
      .watchesOf('/a')[0]
      ?.mutedChildren.set('dead', registry.store.read('/a', 'data').children.get('dead') ?? null);
    registry.store.put('/a/dead', bytes('new'));
    for (let n = 0; n < 20 * 120 && missed(registry).length === 0; n += 1) {
      registry.store.put('/a/busy', bytes(String(n)));
      await registry.clock.advance(50);
    }
    expect(missed(registry)).toEqual([
      'The watch of /a did not tell of a change: the data of 1 child. It was begun again',
    ]);
    expect(registry.peek('/a')?.children.dead).toEqual({ string_value: 'new' });
  });

  it('and tells nothing after a reconnect is begun again without a word, where nothing was missed', async () => {
    const registry = await started({}, storeWith({ '/a': { n: 1 } }));
    await registry.get('/a');
    registry.backend.suspend();
    mute(registry, '/a');
    registry.backend.up();
    await turn();
    expect(registry.freshness('/a')?.origin).toBe('last-known');
    await registry.clock.advance(2 * safetyRereadMs);
    expect(registry.freshness('/a')?.origin).toBe('live');
    expect(registry.faults).toEqual([]);
  });

  it('of a registration whose node went: it is registered again', async () => {
    const registry = await started();
    await registry.setNode('/s/me', { a: 1 });
    mute(registry, '/s/me');
    registry.store.delete('/s/me');
    registry.news();
    await registry.clock.advance(2 * safetyRereadMs);
    expect(registry.store.has('/s/me')).toBe(true);
    expect(registry.news()).toEqual(['unregistered /s/me removed', 'registered /s/me']);
    expect(missed(registry)).toEqual([
      'The watch of /s/me did not tell of a change: that it is gone. It was begun again',
    ]);
    await registry.stop();
    expect(registry.clock.pending).toBe(0);
  });

  it('of a registration that tells nothing after a reconnect: it is registered again', async () => {
    const registry = await started();
    await registry.setNode('/s/me', { a: 1 });
    registry.backend.suspend();
    mute(registry, '/s/me');
    registry.store.delete('/s/me');
    registry.backend.up();
    await registry.clock.advance(2 * safetyRereadMs);
    expect(registry.store.has('/s/me')).toBe(true);
  });
});

describe('what is no proof', () => {
  it('a change that is on its way', async () => {
    const registry = await started({}, storeWith({ '/a': { n: 1 } }));
    registry.backend.soon = (run) => void registry.clock.backgroundTimer(900, run);
    await registry.clock.advance(0);
    const get = registry.get('/a');
    await registry.clock.advance(1_000);
    await get;
    for (let n = 0; n < 3_000; n += 1) {
      registry.store.put('/a', bytes({ n }));
      await registry.clock.advance(100);
    }
    expect(registry.faults).toEqual([]);
  });

  it('an access list, of whose changes no watch tells', async () => {
    const registry = await started({}, storeWith({ '/a': { n: 1 } }));
    await registry.get('/a');
    const { backend } = registry;
    const read = backend.read.bind(backend);
    backend.read = async (path, options) => {
      const node = await read(path, options);
      return { ...node, stat: node.stat && { ...node.stat, aversion: 7 } };
    };
    await registry.clock.advance(3 * safetyRereadMs);
    expect(backend.of('read').length).toBeGreaterThan(0);
    expect(registry.faults).toEqual([]);
  });

  it('a look that fails', async () => {
    const registry = await started({}, storeWith({ '/a': { n: 1 } }));
    await registry.get('/a');
    registry.backend.fail('read', new Error('odd'), 100);
    await registry.clock.advance(3 * safetyRereadMs);
    expect(registry.faults).toEqual([]);
    expect(registry.freshness('/a')?.origin).toBe('live');
  });
});

describe('what may not be read any more', () => {
  it('is told of once, is not live, and is live again when it may be', async () => {
    const registry = await started({}, storeWith({ '/a': { n: 1 } }));
    await registry.get('/a');
    registry.backend.fail('read', new NotAuthorizedError('/a'), 3);
    await registry.clock.advance(safetyRereadMs * 1.5);
    expect(registry.freshness('/a')?.origin).toBe('last-known');
    await registry.clock.advance(8 * safetyRereadMs);
    expect(registry.freshness('/a')?.origin).toBe('live');
    expect(registry.faults.map(({ code }) => code)).toEqual(['ERR_NDSR_NOT_AUTHORIZED']);
  });

  it('of a registration is told of once', async () => {
    const registry = await started();
    await registry.setNode('/s/me');
    registry.backend.fail('read', new NotAuthorizedError('/s/me'), 1_000);
    await registry.clock.advance(8 * safetyRereadMs);
    expect(registry.faults.map(({ code }) => code)).toEqual(['ERR_NDSR_NOT_AUTHORIZED']);
  });

  it('of a child is told of once, and the others go on', async () => {
    const registry = await started({}, storeWith({ '/a/b': {}, '/a/c': {} }));
    await registry.get('/a');
    const { backend } = registry;
    const read = backend.read.bind(backend);
    backend.read = (path, options) =>
      path === '/a/b' ? Promise.reject(new NotAuthorizedError(path)) : read(path, options);
    await registry.clock.advance(8 * safetyRereadMs);
    expect(registry.faults.map(({ code }) => code)).toEqual(['ERR_NDSR_NOT_AUTHORIZED']);
    expect(registry.freshness('/a')?.origin).toBe('live');
  });
});

describe('what it costs', () => {
  it('each path is read about once in that time, one after the other', async () => {
    const registry = await started({}, new FakeStore());
    const paths = Array.from({ length: 20 }, (_, index) => `/p${index}`);
    await Promise.all(paths.map((path) => registry.get(path)));
    registry.backend.requests.length = 0;
    await registry.clock.advance(10 * safetyRereadMs);
    const counts = paths.map(
      (path) => registry.backend.requests.filter((line) => line === `read ${path} names`).length,
    );
    expect(Math.min(...counts)).toBeGreaterThanOrEqual(7);
    expect(Math.max(...counts)).toBeLessThanOrEqual(13);
  });

  it('of a large service a hundred children at most are read in one look, others in the next', async () => {
    const nodes = Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [`/s/n${index}`, {}]));
    const registry = await started({}, storeWith(nodes));
    await registry.get('/s');
    const { requests } = registry.backend;
    requests.length = 0;
    const looks: Set<string>[] = [];
    while (looks.length < 10) {
      await registry.clock.advance(1_000);
      const read = requests.splice(0).filter((line) => line.endsWith(' none'));
      if (read.length > 0) looks.push(new Set(read));
    }
    expect(looks.map(({ size }) => size)).toEqual(Array(10).fill(100));
    expect(new Set(looks.flatMap((look) => [...look])).size).toBe(1_000);
  });

  it('nothing without a connection, and one look at a time', async () => {
    // The fake keeps a held request after its deadline, so there shall be none.
    const requestTimeoutMs = 10 * safetyRereadMs;
    const registry = await started({ requestTimeoutMs }, storeWith({ '/a': {}, '/b': {}, '/c': {} }));
    await Promise.all(['/a', '/b', '/c'].map((path) => registry.get(path)));
    registry.backend.hold('read', 100);
    await registry.clock.advance(4 * safetyRereadMs);
    expect(registry.backend.pending.length).toBe(1);
    registry.backend.suspend();
    registry.backend.requests.length = 0;
    await registry.clock.advance(3 * safetyRereadMs);
    expect(registry.backend.requests).toEqual([]);
    registry.backend.heal();
    registry.backend.up();
    await registry.clock.advance(3 * safetyRereadMs);
    expect(registry.backend.requests.length).toBeGreaterThan(3);
  });

  it('nothing with 0, and nothing for a path that was let go', async () => {
    const off = await started({ safetyRereadMs: 0 });
    await off.get('/a');
    expect(off.clock.pending).toBe(0);
    const registry = await started();
    await registry.get('/a');
    registry.unwatch('/a');
    await registry.setNode('/me');
    await registry.unset('/me');
    registry.backend.requests.length = 0;
    await registry.clock.advance(3 * safetyRereadMs);
    expect(registry.backend.requests).toEqual([]);
  });
});
