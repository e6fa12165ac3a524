import { getEventListeners } from 'node:events';
import { describe, expect, it, vi } from 'vitest';
import { FakeRegistry, startedRegistry } from '../support/fake-registry.js';
import { bytes, storeWith } from '../support/fake-store.js';
import '../support/guard.js';
import { Outcome, turn } from '@ndsr/test-support';

describe('callbacks', () => {
  it('start the registry, and a failed start is a fault', async () => {
    const registry = new FakeRegistry();
    registry.prepare = () => {
      throw new Error('not installed');
    };
    registry.addCallback('/a', () => undefined);
    await turn();
    expect(registry.faults).toMatchObject([{ code: 'ERR_NDSR_BACKEND', message: 'not installed' }]);
  });

  it('are added once and can be removed', async () => {
    const registry = await startedRegistry({}, storeWith({ '/a': { n: 1 } }));
    const callback = vi.fn();
    registry.addCallback('/a', callback);
    registry.addCallback('/a', callback, { children: 'names' });
    await turn();
    expect(callback).toHaveBeenCalledOnce();
    expect(registry.removeCallback('/a', callback)).toBe(true);
    expect(registry.removeCallback('/a', callback)).toBe(false);
    expect(registry.removeCallback('/never', callback)).toBe(false);
    registry.store.put('/a', bytes({ n: 2 }));
    await turn();
    expect(callback).toHaveBeenCalledOnce();
  });

  it('that throw or reject cause faults, never with the data in them, and affect no other callback', async () => {
    const registry = await startedRegistry({}, storeWith({ '/a': { secret: 's3cret' } }));
    const good = vi.fn();
    registry.addCallback('/a', ({ data }) => {
      throw new Error(`cannot use ${data?.secret}`);
    });
    registry.addCallback('/a', async ({ data }) => Promise.reject(new Error(`cannot use ${data?.secret}`)));
    registry.addCallback('/a', good);
    await turn();
    expect(good).toHaveBeenCalledOnce();
    expect(registry.faults.map(({ code, message }) => [code, message])).toEqual([
      ['ERR_NDSR_CALLBACK', 'A callback for /a failed'],
      ['ERR_NDSR_CALLBACK', 'A callback for /a failed'],
    ]);
    expect(registry.logger.lines.join()).not.toContain('s3cret');
  });

  it('survive a stop and a start', async () => {
    const registry = await startedRegistry({}, storeWith({ '/a': { n: 1 } }));
    const seen: unknown[] = [];
    registry.addCallback('/a', ({ data }) => seen.push(data?.n));
    await turn();
    await registry.stop();
    registry.store.put('/a', bytes({ n: 2 }));
    await turn();
    expect(seen).toEqual([1]);
    await registry.start();
    await turn();
    expect(seen).toEqual([1, 2]);
  });
});

describe('watch', () => {
  it('yields the current snapshot, then changes, and ends with stop', async () => {
    const registry = await startedRegistry({}, storeWith({ '/a': { n: 1 } }));
    const seen: unknown[] = [];
    const loop = (async () => {
      for await (const { data } of registry.watch('/a')) seen.push(data?.n);
    })();
    await turn();
    registry.store.put('/a', bytes({ n: 2 }));
    await turn();
    await registry.stop();
    await loop;
    expect(seen).toEqual([1, 2]);
    expect(() => registry.watch('/a')).toThrow('stopped');
  });

  it('rejects with the reason of the signal, even when a value is known, and leaves nothing behind', async () => {
    const registry = await startedRegistry({}, storeWith({ '/a': { n: 1 } }));
    await registry.get('/a');
    const controller = new AbortController();
    const stream = registry.watch('/a', { signal: controller.signal, children: 'names' });
    expect((await stream.next()).done).toBe(false);
    const next = new Outcome(stream.next());
    controller.abort('enough');
    await turn();
    expect(next.error).toBe('enough');
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
    const late = registry.watch('/a', { signal: controller.signal });
    await expect(late.next()).rejects.toBe('enough');
    expect((await late.next()).done).toBe(true);
  });

  it('removes its listener from the signal when the loop is left', async () => {
    const registry = await startedRegistry({}, storeWith({ '/a': { n: 1 } }));
    const { signal } = new AbortController();
    for await (const _ of registry.watch('/a', { signal })) break;
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });

  it('fails when the registry cannot be started', async () => {
    const registry = new FakeRegistry({ timeoutMs: 100 });
    registry.prepare = (backend) => {
      backend.reachable = false;
    };
    const next = new Outcome(registry.watch('/a').next());
    await registry.clock.advance(100);
    expect(next.code).toBe('ERR_NDSR_NO_CONNECTION');
  });

  it('ends with unwatch', async () => {
    const registry = await startedRegistry();
    const stream = registry.watch('/a');
    await stream.next();
    const next = new Outcome(stream.next());
    registry.unwatch('/a');
    await turn();
    expect(next.value).toEqual({ done: true, value: undefined });
    expect(registry.freshness('/a')).toBeUndefined();
  });
});
