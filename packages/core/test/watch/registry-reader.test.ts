import { getEventListeners } from 'node:events';
import { describe, expect, it, vi } from 'vitest';
import type { RawNode } from '../../src/backend/raw-node.js';
import { NotAuthorizedError } from '../../src/errors/access-errors.js';
import { expectQuietAfterStop } from '../support/expect-quiet.js';
import { FakeRegistry, startedRegistry } from '../support/fake-registry.js';
import { bytes, storeWith } from '../support/fake-store.js';
import '../support/guard.js';
import { Outcome, turn } from '@ndsr/test-support';

/** A registry whose backend delivers nothing on its own. */
async function silent(options = {}): Promise<FakeRegistry> {
  const registry = await startedRegistry(options, storeWith({ '/a': { n: 1 } }));
  const { backend } = registry;
  const watch = backend.watch.bind(backend);
  backend.watch = (...args) => {
    const made = watch(...args);
    for (const one of backend.watches) one.muted = true;
    return made;
  };
  return registry;
}

describe('get', () => {
  it('starts, reads once, and answers from memory afterwards', async () => {
    const registry = new FakeRegistry({}, storeWith({ '/a': { n: 1 }, '/a/c': { c: 1 } }));
    const [one, two] = await Promise.all([registry.get('/a'), registry.get('/a')]);
    expect(one).toMatchObject({ path: '/a', data: { n: 1 }, children: { c: { c: 1 } } });
    expect(two).toBe(one);
    expect(await registry.get('/a')).toBe(one);
    expect(await registry.get('/a', { children: 'data' })).toBe(one);
    expect(registry.peek('/a')).toBe(one);
    expect({ ...(await registry.get('/a', { children: 'names' })).children }).toEqual({ c: null });
    expect(registry.backend.watches.size).toBe(1);
    expect(registry.backend.requests).toEqual([]);
    await expectQuietAfterStop(registry);
  });

  it('returns an empty node for a path that does not exist', async () => {
    const registry = await startedRegistry();
    expect(await registry.get('/none')).toEqual({ path: '/none', data: null, children: {}, stat: null });
  });

  it('runs a callback before it resolves, then after each change', async () => {
    const registry = await startedRegistry({}, storeWith({ '/a': { n: 1 } }));
    const order: unknown[] = [];
    const callback = vi.fn((snapshot) => order.push(snapshot.data?.n));
    await registry.get('/a', { callback });
    order.push('resolved');
    await registry.get('/a', { callback });
    registry.store.put('/a', bytes({ n: 2 }));
    await turn();
    expect(order).toEqual([1, 'resolved', 2]);
  });

  it('waits for children, up to waitMs, then rejects, or returns the children that exist', async () => {
    const registry = await startedRegistry({}, storeWith({ '/a': { n: 1 } }));
    const enough = new Outcome(registry.get('/a', { waitMs: 1_000, minChildren: 2 }));
    const one = new Outcome(registry.get('/a', { waitMs: 1_000, children: 'names' }));
    const late = new Outcome(registry.get('/a', { waitMs: 1_000, minChildren: 9 }));
    const anyway = new Outcome(registry.get('/a', { waitMs: 1_000, minChildren: 9, onTimeout: 'resolve' }));
    await turn();
    registry.store.put('/a/x', null);
    await turn();
    expect([one.state, enough.state]).toEqual(['fulfilled', 'pending']);
    registry.store.put('/a/y', null);
    await turn();
    expect(Object.keys(enough.value?.children ?? {})).toEqual(['x', 'y']);
    await registry.clock.advance(1_000);
    expect(late.error).toMatchObject({
      code: 'ERR_NDSR_TIMEOUT',
      path: '/a',
      message: 'get /a: 2 of at least 9 children within 1000 ms',
    });
    expect(Object.keys(anyway.value?.children ?? {})).toEqual(['x', 'y']);
    expect(registry.clock.pending).toBe(0);
  });

  it('with waitMs waits for a connection too', async () => {
    const registry = await startedRegistry({}, storeWith({ '/a/c': {} }));
    registry.backend.suspend();
    const outcome = new Outcome(registry.get('/a', { waitMs: 1_000 }));
    await registry.clock.advance(500);
    registry.backend.up();
    await turn();
    expect(Object.keys(outcome.value?.children ?? {})).toEqual(['c']);
    const never = new Outcome(registry.get('/b', { waitMs: 1_000 }));
    registry.backend.suspend();
    await registry.clock.advance(1_000);
    expect([never.code, registry.clock.pendingForeground]).toEqual(['ERR_NDSR_NO_CONNECTION', 0]);
  });

  it('without a connection: returns the known snapshot; otherwise it rejects, and the callback runs once connected', async () => {
    const registry = await startedRegistry({}, storeWith({ '/a': { n: 1 }, '/b': { n: 2 } }));
    const known = await registry.get('/a');
    registry.backend.suspend();
    expect(await registry.get('/a')).toBe(known);
    const callback = vi.fn();
    await expect(registry.get('/b', { callback })).rejects.toMatchObject({ code: 'ERR_NDSR_NO_CONNECTION' });
    await expect(registry.get('/c', { waitMs: 0 })).rejects.toMatchObject({ code: 'ERR_NDSR_NO_CONNECTION' });
    const waited = new Outcome(registry.get('/d', { waitMs: 100 }));
    await registry.clock.advance(100);
    expect(waited.code).toBe('ERR_NDSR_NO_CONNECTION');
    registry.backend.up();
    await turn();
    expect(callback.mock.calls.map(([snapshot]) => snapshot.data)).toEqual([{ n: 2 }]);
  });

  it('without a connection and with offline: defer returns an empty, frozen snapshot', async () => {
    const registry = await startedRegistry({ offline: 'defer' });
    registry.backend.suspend();
    const snapshot = await registry.get('/b');
    expect(snapshot).toEqual({ path: '/b', data: null, children: {}, stat: null });
    expect(Object.isFrozen(snapshot) && Object.isFrozen(snapshot.children)).toBe(true);
    expect(registry.peek('/b')).toBeUndefined();
  });

  it('rejects at once with the error of the servers, the second time too', async () => {
    const registry = await silent();
    const first = new Outcome(registry.get('/a'));
    await turn();
    const [watch] = registry.backend.watchesOf('/a');
    watch?.observer.fault(new NotAuthorizedError('/a'));
    await turn();
    const second = new Outcome(registry.get('/a'));
    const third = new Outcome(registry.get('/a', { waitMs: 100 }));
    await turn();
    expect([first.code, second.code]).toEqual(['ERR_NDSR_NOT_AUTHORIZED', 'ERR_NDSR_NOT_AUTHORIZED']);
    await registry.clock.advance(100);
    expect(third.code).toBe('ERR_NDSR_NOT_AUTHORIZED');
    watch?.deliver();
    expect((await registry.get('/a')).data).toEqual({ n: 1 });
    await expectQuietAfterStop(registry);
  });

  it('rejects with an error that names the backend and the path if the children are in an earlier form of the port', async () => {
    const registry = await silent();
    const got = new Outcome(registry.get('/a'));
    await turn();
    const children = new Map([['web1', bytes({ n: 1 })]]);
    const old = { ...registry.store.read('/a', 'none'), children };
    for (const watch of registry.backend.watches) watch.deliver(old as unknown as RawNode);
    await turn();
    expect(got.code).toBe('ERR_NDSR_BACKEND');
    expect(got.error).toMatchObject({
      path: '/a',
      message: expect.stringMatching(/backend fake delivered \/a .* web1/),
    });
    registry.backend.watches.values().next().value?.deliver();
    expect(registry.peek('/a')?.data).toEqual({ n: 1 });
  });

  it('rejects when no answer comes, and when the connection is lost meanwhile', async () => {
    const registry = await silent({ requestTimeoutMs: 2_000 });
    const outcome = new Outcome(registry.get('/a'));
    await registry.clock.advance(2_000);
    expect(outcome.code).toBe('ERR_NDSR_TIMEOUT');
    const other = new Outcome(registry.get('/b'));
    await turn();
    registry.backend.suspend();
    await registry.clock.advance(2_000);
    expect(other.code).toBe('ERR_NDSR_NO_CONNECTION');
  });

  it('does not time out while its watch waits in a queue that moves', async () => {
    const registry = await silent({ requestTimeoutMs: 2_000 });
    const outcome = new Outcome(registry.get('/a'));
    await turn();
    const [watch] = registry.backend.watches;
    if (watch !== undefined) watch.isQueued = true;
    await registry.clock.advance(15_000);
    expect(outcome.state).toBe('pending');
    if (watch !== undefined) watch.isQueued = false;
    await registry.clock.advance(1_999);
    expect(outcome.state).toBe('pending');
    await registry.clock.advance(251);
    expect(outcome.code).toBe('ERR_NDSR_TIMEOUT');
    await expectQuietAfterStop(registry);
  });

  it('rejects with the reason of the signal: before, while it starts, while it waits', async () => {
    const registry = new FakeRegistry({ timeoutMs: 1_000 });
    registry.prepare = (backend) => {
      backend.reachable = false;
    };
    await expect(registry.get('/a', { signal: AbortSignal.abort('before') })).rejects.toBe('before');
    expect(registry.backends).toHaveLength(0);
    const controller = new AbortController();
    const starting = new Outcome(registry.get('/a', { signal: controller.signal }));
    await turn();
    controller.abort('starting');
    await turn();
    expect(starting.error).toBe('starting');
    registry.backend.up();
    await turn();
    const waiting = new AbortController();
    const outcome = new Outcome(registry.get('/a', { signal: waiting.signal, waitMs: 500 }));
    await turn();
    waiting.abort('waiting');
    await turn();
    expect(outcome.error).toBe('waiting');
    expect(getEventListeners(waiting.signal, 'abort')).toHaveLength(0);
    expect(registry.clock.pending).toBe(0);
  });

  it.each(['stop', 'unwatch'] as const)('that is waiting is ended by %s', async (by) => {
    const registry = await silent();
    const waiting = [new Outcome(registry.get('/a')), new Outcome(registry.get('/a', { waitMs: 9_000 }))];
    await turn();
    if (by === 'stop') await registry.stop();
    else registry.unwatch('/a');
    await turn();
    expect(waiting.map(({ code }) => code)).toEqual(['ERR_NDSR_STOPPED', 'ERR_NDSR_STOPPED']);
    expect(registry.clock.pending).toBe(0);
  });

  it('is ended by unwatch while the registry is still starting', async () => {
    const registry = new FakeRegistry();
    const outcome = new Outcome(registry.get('/a'));
    registry.unwatch('/a');
    await turn();
    expect(outcome.code).toBe('ERR_NDSR_STOPPED');
  });
});
