import { describe, expect, it } from 'vitest';
import { expectQuietAfterStop } from '../support/expect-quiet.js';
import { type FakeRegistry, startedRegistry } from '../support/fake-registry.js';
import { bytes } from '../support/fake-store.js';
import '../support/guard.js';
import { turn } from '@ndsr/test-support';

async function registered(): Promise<FakeRegistry> {
  const registry = await startedRegistry();
  await registry.setNode('/a', { x: 1 });
  await turn();
  registry.news();
  registry.backend.requests.length = 0;
  return registry;
}

describe('another client that deletes the node', () => {
  it('once: the node is re-created immediately, with the same bytes', async () => {
    const registry = await registered();
    const before = registry.store.text('/a');
    registry.store.delete('/a');
    await turn();
    expect(registry.store.text('/a')).toBe(before);
    expect(registry.backend.requests).toEqual(['create /a ephemeral']);
    expect(registry.news()).toEqual(['unregistered /a removed', 'registered /a']);
    await expectQuietAfterStop(registry);
  });

  it('repeatedly: each re-creation waits longer, never in a tight loop, and never gives up', async () => {
    const registry = await registered();
    const { clock, store } = registry;
    const pauses: number[] = [];
    for (let i = 0; i < 14; i += 1) {
      const deletedAt = clock.now();
      store.delete('/a');
      for (let wait = 0; wait < 400 && !store.has('/a'); wait += 1) await clock.advance(wait === 0 ? 0 : 100);
      pauses.push(clock.now() - deletedAt);
    }
    expect(pauses).toEqual([
      0, 100, 200, 400, 800, 1_600, 3_200, 6_400, 12_800, 25_600, 30_000, 30_000, 30_000, 30_000,
    ]);
    expect(registry.backend.of('create')).toHaveLength(14);
    await expectQuietAfterStop(registry);
  });

  it('immediately every time: there are few corrections in a minute', async () => {
    const registry = await registered();
    registry.store.changed.add(() => {
      if (registry.store.has('/a')) queueMicrotask(() => registry.store.delete('/a'));
    });
    registry.store.delete('/a');
    await registry.clock.advance(60_000);
    expect(registry.backend.requests.length).toBeLessThan(40);
    await expectQuietAfterStop(registry);
  });

  it('is answered immediately again after a minute without interference', async () => {
    const registry = await registered();
    for (let i = 0; i < 6; i += 1) {
      registry.store.delete('/a');
      await registry.clock.advance(5_000);
    }
    await registry.clock.advance(61_000);
    registry.store.delete('/a');
    await turn();
    expect(registry.store.has('/a')).toBe(true);
  });
});

describe('another client that changes the node', () => {
  it('once: our bytes are restored immediately', async () => {
    const registry = await registered();
    const before = registry.store.text('/a');
    registry.store.put('/a', bytes({ x: 'theirs' }), registry.backend.session?.id);
    await turn();
    expect(registry.store.text('/a')).toBe(before);
    expect(registry.backend.requests).toEqual(['write /a 1']);
    expect(registry.news()).toEqual([]);
  });

  it('only in its JSON format: nothing is written', async () => {
    const registry = await registered();
    const { pid, created, x } = registry.store.json('/a') ?? {};
    registry.store.put('/a', bytes({ x, created, pid }), registry.backend.session?.id);
    await turn();
    expect(registry.backend.requests).toEqual([]);
  });

  it('as the Python package does, immediately every time: we slow down', async () => {
    const registry = await registered();
    const { store } = registry;
    store.changed.add(() => {
      if (store.json('/a')?.x === 1) {
        queueMicrotask(() => store.put('/a', bytes({ x: 'theirs' }), registry.backend.session?.id));
      }
    });
    store.put('/a', bytes({ x: 'theirs' }), registry.backend.session?.id);
    await registry.clock.advance(60_000);
    expect(registry.backend.requests.length).toBeLessThan(40);
    await expectQuietAfterStop(registry);
  });

  it('to a persistent node: it is replaced', async () => {
    const registry = await registered();
    registry.store.put('/a', bytes('theirs'), 0n);
    await turn();
    expect(registry.store.owner('/a')).toBe(registry.backend.session?.id);
    expect(registry.news()).toEqual(['unregistered /a taken', 'registered /a']);
  });

  it('to a persistent node with children: a fault, and it is replaced once the children are gone', async () => {
    const registry = await registered();
    registry.store.delete('/a');
    registry.store.put('/a', bytes('theirs'), 0n);
    registry.store.put('/a/child', null);
    await registry.clock.advance(3_000);
    expect(registry.faults.map(({ code }) => code)).toContain('ERR_NDSR_NOT_EMPTY');
    expect(registry.store.text('/a')).toBe('theirs');
    registry.store.delete('/a/child');
    await registry.clock.advance(31_000);
    expect(registry.store.owner('/a')).toBe(registry.backend.session?.id);
    await expectQuietAfterStop(registry);
  });
});

describe('a competing owner that takes the path', () => {
  it('keeps it: one conflict, no requests; our node is re-created with the same bytes when the competing owner is gone', async () => {
    const registry = await registered();
    const before = registry.store.text('/a');
    registry.store.put('/a', bytes('competitor'), 77n);
    await registry.clock.advance(120_000);
    expect(registry.store.text('/a')).toBe('competitor');
    registry.store.put('/a', bytes('competitor, again'), 77n);
    registry.backend.suspend();
    registry.backend.up();
    await registry.clock.advance(120_000);
    expect(registry.news()).toEqual(['unregistered /a taken', 'conflict /a 000000000000004d']);
    expect(registry.backend.requests).toEqual([]);
    registry.store.delete('/a');
    await turn();
    expect(registry.store.text('/a')).toBe(before);
    expect(registry.news()).toEqual(['registered /a']);
    await expectQuietAfterStop(registry);
  });

  it('and a second one after it are two conflicts', async () => {
    const registry = await registered();
    registry.store.put('/a', bytes('competitor'), 77n);
    await turn();
    registry.store.put('/a', bytes('competitor'), 78n);
    await turn();
    expect(registry.news().slice(1)).toEqual(['conflict /a 000000000000004d', 'conflict /a 000000000000004e']);
  });

  it('makes setNode resolve to false, and keep the new data for later', async () => {
    const registry = await registered();
    registry.store.put('/a', bytes('competitor'), 77n);
    await turn();
    expect(await registry.setNode('/a', { x: 2 })).toBe(false);
    registry.store.delete('/a');
    await turn();
    expect(registry.store.json('/a')?.x).toBe(2);
  });

  it('keeps its node when ours is withdrawn, and we stop watching', async () => {
    const registry = await registered();
    registry.store.put('/a', bytes('competitor'), 77n);
    await turn();
    expect(await registry.unset('/a')).toBe(true);
    expect(registry.store.text('/a')).toBe('competitor');
    registry.store.delete('/a');
    await registry.clock.advance(60_000);
    expect(registry.store.has('/a')).toBe(false);
    expect(registry.backend.watches.size).toBe(0);
  });

  it('is replaced by setNode after unset', async () => {
    const registry = await registered();
    registry.store.put('/a', bytes('competitor'), 77n);
    await turn();
    await registry.unset('/a');
    expect(await registry.setNode('/a')).toBe(true);
    expect(registry.store.owner('/a')).toBe(registry.backend.session?.id);
  });
});
