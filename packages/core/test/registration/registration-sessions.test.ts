import { describe, expect, it } from 'vitest';
import { expectQuietAfterStop } from '../support/expect-quiet.js';
import { type FakeRegistry, startedRegistry } from '../support/fake-registry.js';
import { bytes } from '../support/fake-store.js';
import '../support/guard.js';
import { turn } from '@ndsr/test-support';

async function registered(): Promise<FakeRegistry> {
  const registry = await startedRegistry({ timeoutMs: 1_000 });
  await registry.setNode('/a', { x: 1 });
  await turn();
  registry.news();
  registry.backend.requests.length = 0;
  return registry;
}

describe('a session that is lost', () => {
  it('is followed by the same registration with the same bytes', async () => {
    const registry = await registered();
    const before = registry.store.text('/a');
    registry.backend.lose();
    expect(registry.news()).toEqual(['unregistered /a lost']);
    await registry.clock.advance(5_000);
    registry.backend.up();
    await turn();
    expect(registry.store.text('/a')).toBe(before);
    expect(registry.store.owner('/a')).toBe(registry.backend.session?.id);
    expect(registry.news()).toEqual(['registered /a']);
    expect(registry.backend.requests).toEqual(['create /a ephemeral']);
    await expectQuietAfterStop(registry);
  });

  it('leaves a stale node: it is replaced immediately, and is not a conflict', async () => {
    const registry = await registered();
    registry.backend.lose('ghost');
    registry.backend.up();
    await turn();
    expect(registry.backend.requests).toEqual([
      'create /a ephemeral',
      'read /a none',
      'create /a ephemeral replacing 0',
    ]);
    expect(registry.store.owner('/a')).toBe(registry.backend.session?.id);
    expect(registry.news()).toEqual(['unregistered /a lost', 'registered /a']);
  });

  it('leaves a stale node of an old session: it is still recognised as ours', async () => {
    const registry = await registered();
    const first = registry.backend.session?.id ?? 0n;
    for (let i = 0; i < 50; i += 1) {
      registry.backend.lose();
      registry.backend.up();
    }
    await turn();
    registry.store.put('/a', bytes('stale'), first);
    await turn();
    expect(registry.store.json('/a')?.x).toBe(1);
    expect(registry.news().filter((line) => line.startsWith('conflict'))).toEqual([]);
  });

  it('remembers a hundred earlier sessions, not more', async () => {
    const registry = await registered();
    const first = registry.backend.session?.id ?? 0n;
    for (let i = 0; i < 102; i += 1) {
      registry.backend.lose();
      registry.backend.up();
    }
    await turn();
    registry.store.put('/a', bytes('stale'), first);
    await turn();
    expect(registry.store.text('/a')).toBe('stale');
    expect(registry.news().at(-1)).toMatch(/^conflict/);
  });

  it('while a competing owner takes the path: we yield', async () => {
    const registry = await registered();
    registry.backend.lose();
    registry.store.put('/a', bytes('competitor'), 77n);
    registry.backend.up();
    await turn();
    expect(registry.store.text('/a')).toBe('competitor');
    expect(registry.news()).toEqual(['unregistered /a lost', 'conflict /a 000000000000004d']);
  });

  it('by our own clock, then resumed: the node is ours again, and nothing is written', async () => {
    const registry = await registered();
    registry.backend.suspend();
    await registry.clock.advance(6_000);
    expect(registry.phase).toBe('lost');
    expect(registry.news()).toEqual(['unregistered /a lost']);
    registry.backend.up();
    await turn();
    expect(registry.backend.requests).toEqual([]);
    expect(registry.news()).toEqual(['registered /a']);
    await expectQuietAfterStop(registry);
  });
});

describe('a connection that breaks and resumes its session', () => {
  it('causes no request if nothing has changed', async () => {
    const registry = await registered();
    registry.backend.suspend();
    await registry.clock.advance(500);
    registry.backend.up();
    await turn();
    expect(registry.backend.requests).toEqual([]);
    expect(registry.news()).toEqual([]);
  });

  it('restores a node that was deleted meanwhile', async () => {
    const registry = await registered();
    registry.backend.suspend();
    registry.store.delete('/a');
    registry.backend.up();
    await turn();
    expect(registry.store.json('/a')?.x).toBe(1);
    expect(registry.news()).toEqual(['unregistered /a removed', 'registered /a']);
  });
});

describe('rebuild, and stop and start', () => {
  it.each([
    ['rebuild', async (registry: FakeRegistry) => void (await registry.rebuild())],
    [
      'stop and start',
      async (registry: FakeRegistry) => {
        await registry.stop();
        await registry.start();
      },
    ],
  ])('%s restores registrations with the same bytes', async (_, restart) => {
    const registry = await registered();
    const before = registry.store.text('/a');
    await restart(registry);
    await turn();
    expect(registry.store.text('/a')).toBe(before);
    expect(registry.store.owner('/a')).toBe(registry.backend.session?.id);
    await expectQuietAfterStop(registry);
  });
});
