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

describe('a stranger who deletes', () => {
  it('once: the node is back at once, with the same bytes', async () => {
    const registry = await registered();
    const before = registry.store.text('/a');
    registry.store.delete('/a');
    await turn();
    expect(registry.store.text('/a')).toBe(before);
    expect(registry.backend.requests).toEqual(['create /a ephemeral']);
    expect(registry.news()).toEqual(['unregistered /a removed', 'registered /a']);
    await expectQuietAfterStop(registry);
  });

  it('again and again: ours waits longer and longer, never in a tight loop, and never gives up', async () => {
    const registry = await registered();
    const { clock, store } = registry;
    const pauses: number[] = [];
    for (let i = 0; i < 14; i += 1) {
      const gone = clock.now();
      store.delete('/a');
      for (let wait = 0; wait < 400 && !store.has('/a'); wait += 1) await clock.advance(wait === 0 ? 0 : 100);
      pauses.push(clock.now() - gone);
    }
    expect(pauses).toEqual([
      0, 100, 200, 400, 800, 1_600, 3_200, 6_400, 12_800, 25_600, 30_000, 30_000, 30_000, 30_000,
    ]);
    expect(registry.backend.of('create')).toHaveLength(14);
    await expectQuietAfterStop(registry);
  });

  it('for ever, at once: few corrections in a minute', async () => {
    const registry = await registered();
    registry.store.changed.add(() => {
      if (registry.store.has('/a')) queueMicrotask(() => registry.store.delete('/a'));
    });
    registry.store.delete('/a');
    await registry.clock.advance(60_000);
    expect(registry.backend.requests.length).toBeLessThan(40);
    await expectQuietAfterStop(registry);
  });

  it('is forgiven after a quiet minute', async () => {
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

describe('a stranger who edits', () => {
  it('once: our bytes are back at once', async () => {
    const registry = await registered();
    const before = registry.store.text('/a');
    registry.store.put('/a', bytes({ x: 'theirs' }), registry.backend.session?.id);
    await turn();
    expect(registry.store.text('/a')).toBe(before);
    expect(registry.backend.requests).toEqual(['write /a 1']);
    expect(registry.news()).toEqual([]);
  });

  it('only the spelling: nothing is written', async () => {
    const registry = await registered();
    const { pid, created, x } = registry.store.json('/a') ?? {};
    registry.store.put('/a', bytes({ x, created, pid }), registry.backend.session?.id);
    await turn();
    expect(registry.backend.requests).toEqual([]);
  });

  it('as the Python package does, at once and for ever: ours gives way', async () => {
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

  it('who puts a persistent node in place of ours: it is replaced', async () => {
    const registry = await registered();
    registry.store.put('/a', bytes('theirs'), 0n);
    await turn();
    expect(registry.store.owner('/a')).toBe(registry.backend.session?.id);
    expect(registry.news()).toEqual(['unregistered /a taken', 'registered /a']);
  });

  it('who puts a persistent node with children there: a fault, and again when they are gone', async () => {
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

describe('a rival who takes the path', () => {
  it('keeps it: one conflict, no fight; ours is back with the same bytes when the rival is gone', async () => {
    const registry = await registered();
    const before = registry.store.text('/a');
    registry.store.put('/a', bytes('rival'), 77n);
    await registry.clock.advance(120_000);
    expect(registry.store.text('/a')).toBe('rival');
    registry.store.put('/a', bytes('rival, again'), 77n);
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

  it('another rival after it is another conflict', async () => {
    const registry = await registered();
    registry.store.put('/a', bytes('rival'), 77n);
    await turn();
    registry.store.put('/a', bytes('rival'), 78n);
    await turn();
    expect(registry.news().slice(1)).toEqual(['conflict /a 000000000000004d', 'conflict /a 000000000000004e']);
  });

  it('makes setNode resolve false, and remember the new data', async () => {
    const registry = await registered();
    registry.store.put('/a', bytes('rival'), 77n);
    await turn();
    expect(await registry.setNode('/a', { x: 2 })).toBe(false);
    registry.store.delete('/a');
    await turn();
    expect(registry.store.json('/a')?.x).toBe(2);
  });

  it('keeps its node when ours is withdrawn, and we are not interested any more', async () => {
    const registry = await registered();
    registry.store.put('/a', bytes('rival'), 77n);
    await turn();
    expect(await registry.unset('/a')).toBe(true);
    expect(registry.store.text('/a')).toBe('rival');
    registry.store.delete('/a');
    await registry.clock.advance(60_000);
    expect(registry.store.has('/a')).toBe(false);
    expect(registry.backend.watches.size).toBe(0);
  });

  it('is taken over by who asks again after having withdrawn', async () => {
    const registry = await registered();
    registry.store.put('/a', bytes('rival'), 77n);
    await turn();
    await registry.unset('/a');
    expect(await registry.setNode('/a')).toBe(true);
    expect(registry.store.owner('/a')).toBe(registry.backend.session?.id);
  });
});
