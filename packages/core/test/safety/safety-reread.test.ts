import { describe, expect, it } from 'vitest';
import { nameOnly } from '../../src/backend/raw-node.js';
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

/** Makes all watches of `path` go quiet. */
function mute({ backend }: FakeRegistry, path: string): void {
  for (const watch of backend.watchesOf(path)) watch.muted = true;
}

function missed({ faults }: FakeRegistry): string[] {
  return faults.filter(({ code }) => code === 'ERR_NDSR_MISSED_CHANGE').map(({ message }) => message);
}

describe('a watch that went quiet', () => {
  it('is restarted, and the missed change is shown and reported, without data', async () => {
    const registry = await started({}, storeWith({ '/a': { n: 1 } }));
    await registry.get('/a');
    mute(registry, '/a');
    registry.store.put('/a', bytes({ secret: 'hush' }));
    await registry.clock.advance(2 * safetyRereadMs);
    expect(registry.peek('/a')?.data).toEqual({ secret: 'hush' });
    expect(missed(registry)).toEqual(['The watch of /a missed a change (data) and was restarted']);
    registry.store.put('/a', bytes({ n: 3 }));
    await turn();
    expect(registry.peek('/a')?.data).toEqual({ n: 3 });
    await registry.clock.advance(5 * safetyRereadMs);
    expect(registry.faults).toHaveLength(1);
    await registry.stop();
    expect(registry.clock.pending).toBe(0);
  });

  it.each([
    ['a new child', 'list of children', (store: FakeStore) => store.put('/a/late', null)],
    [
      'the data of children',
      'data of 2 children',
      (store: FakeStore) => ['/a/b', '/a/c'].map((at) => store.put(at, bytes('x'))),
    ],
    ['the deletion', 'deleted', (store: FakeStore) => ['/a/b', '/a/c', '/a'].map((at) => store.delete(at))],
  ])('is found by %s', async (_name, changes, change) => {
    const registry = await started({}, storeWith({ '/a': {}, '/a/b': {}, '/a/c': {} }));
    await registry.get('/a');
    mute(registry, '/a');
    change(registry.store);
    await registry.clock.advance(2 * safetyRereadMs);
    expect(missed(registry)).toEqual([`The watch of /a missed a change (${changes}) and was restarted`]);
    expect(Object.keys(registry.peek('/a')?.children ?? {})).toEqual([
      ...registry.store.read('/a', 'names').children.keys(),
    ]);
  });

  it('of one child is found although the others report constantly', async () => {
    const registry = await started({}, storeWith({ '/a/dead': 'old', '/a/busy': '0' }));
    await registry.get('/a');
    registry.backend
      .watchesOf('/a')[0]
      ?.mutedChildren.set('dead', registry.store.read('/a', 'data').children.get('dead') ?? nameOnly);
    registry.store.put('/a/dead', bytes('new'));
    for (let n = 0; n < 20 * 120 && missed(registry).length === 0; n += 1) {
      registry.store.put('/a/busy', bytes(String(n)));
      await registry.clock.advance(50);
    }
    expect(missed(registry)).toEqual(['The watch of /a missed a change (data of 1 child) and was restarted']);
    expect(registry.peek('/a')?.children.dead).toEqual({ string_value: 'new' });
  });

  it('and reports nothing after a reconnect is restarted without a fault if nothing was missed', async () => {
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

  it('of a registration whose node was deleted: it is registered again', async () => {
    const registry = await started();
    await registry.setNode('/s/me', { a: 1 });
    mute(registry, '/s/me');
    registry.store.delete('/s/me');
    registry.news();
    await registry.clock.advance(2 * safetyRereadMs);
    expect(registry.store.has('/s/me')).toBe(true);
    expect(registry.news()).toEqual(['unregistered /s/me removed', 'registered /s/me']);
    expect(missed(registry)).toEqual(['The watch of /s/me missed a change (deleted) and was restarted']);
    await registry.stop();
    expect(registry.clock.pending).toBe(0);
  });

  it('of a registration that reports nothing after a reconnect: it is registered again', async () => {
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

it('leaves a write alone: nothing watches its node afterwards', async () => {
  const registry = await started();
  const { pending } = registry.clock;
  await registry.setData('/a', { n: 1 });
  expect(registry.clock.pending).toBe(pending);
  await registry.stop();
});

describe('not a missed change:', () => {
  it('a report that is on its way', async () => {
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

  it('a new ACL, which no watch reports', async () => {
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

  it('a re-read that fails', async () => {
    const registry = await started({}, storeWith({ '/a': { n: 1 } }));
    await registry.get('/a');
    registry.backend.fail('read', new Error('odd'), 100);
    await registry.clock.advance(3 * safetyRereadMs);
    expect(registry.faults).toEqual([]);
    expect(registry.freshness('/a')?.origin).toBe('live');
  });
});

describe('a node that must no longer be read', () => {
  it('is reported once, is not live, and is live again when it may be read', async () => {
    const registry = await started({}, storeWith({ '/a': { n: 1 } }));
    await registry.get('/a');
    registry.backend.fail('read', new NotAuthorizedError('/a'), 3);
    await registry.clock.advance(safetyRereadMs * 1.5);
    expect(registry.freshness('/a')?.origin).toBe('last-known');
    await registry.clock.advance(8 * safetyRereadMs);
    expect(registry.freshness('/a')?.origin).toBe('live');
    expect(registry.faults.map(({ code }) => code)).toEqual(['ERR_NDSR_NOT_AUTHORIZED']);
  });

  it('of a registration is reported once', async () => {
    const registry = await started();
    await registry.setNode('/s/me');
    registry.backend.fail('read', new NotAuthorizedError('/s/me'), 1_000);
    await registry.clock.advance(8 * safetyRereadMs);
    expect(registry.faults.map(({ code }) => code)).toEqual(['ERR_NDSR_NOT_AUTHORIZED']);
  });

  it('below a watched node is reported once, and the other children stay live', async () => {
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

describe('the cost', () => {
  it('each path is read about once per safetyRereadMs', async () => {
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

  it('a check of a large service reads at most 100 children, and the next check reads others', async () => {
    const nodes = Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [`/s/n${index}`, {}]));
    const registry = await started({}, storeWith(nodes));
    await registry.get('/s');
    const { requests } = registry.backend;
    requests.length = 0;
    const checks: Set<string>[] = [];
    while (checks.length < 10) {
      await registry.clock.advance(1_000);
      const read = requests.splice(0).filter((line) => line.endsWith(' none'));
      if (read.length > 0) checks.push(new Set(read));
    }
    expect(checks.map(({ size }) => size)).toEqual(Array(10).fill(100));
    expect(new Set(checks.flatMap((check) => [...check])).size).toBe(1_000);
  });

  it('no reads without a connection, and one check at a time', async () => {
    // The fake keeps a held request after its deadline, so the deadline must be longer than the test.
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

  it('no reads with 0, and no reads of a path that is no longer watched', async () => {
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
