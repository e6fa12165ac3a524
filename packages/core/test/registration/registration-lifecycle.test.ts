import { describe, expect, it } from 'vitest';
import { NotAuthorizedError } from '../../src/errors/access-errors.js';
import { NotEmptyError, NotOwnerError } from '../../src/errors/node-errors.js';
import { expectQuietAfterStop } from '../support/expect-quiet.js';
import { FakeRegistry, startedRegistry } from '../support/fake-registry.js';
import { bytes, FakeStore } from '../support/fake-store.js';
import '../support/guard.js';
import { turn } from '@ndsr/test-support';

describe('setNode', () => {
  it('creates the node immediately, without reading first, and watches it from then on', async () => {
    const registry = await startedRegistry();
    expect(await registry.setNode('/a/b', { x: 1 })).toBe(true);
    await turn();
    expect(registry.backend.requests).toEqual(['create /a/b ephemeral']);
    expect(registry.store.owner('/a/b')).toBe(registry.backend.session?.id);
    expect(registry.store.json('/a/b')).toMatchObject({ pid: process.pid, x: 1 });
    expect(registry.backend.watchesOf('/a/b').map(({ detail }) => detail)).toEqual(['none']);
    expect(registry.news()).toEqual(['registered /a/b']);
    await expectQuietAfterStop(registry);
    expect(registry.store.has('/a/b')).toBe(false);
    expect(registry.news()).toEqual(['unregistered /a/b stopped']);
  });

  it('writes nothing for the same data or no data, and writes once for other data', async () => {
    const registry = await startedRegistry();
    await registry.setNode('/a', { x: 1 });
    const before = registry.store.text('/a');
    await registry.clock.advance(5_000);
    await registry.setNode('/a', { x: 1 });
    await registry.setNode('/a');
    expect(registry.store.text('/a')).toBe(before);
    expect(registry.backend.requests).toHaveLength(1);
    await registry.setNode('/a', { x: 2 });
    expect(registry.backend.requests.slice(1)).toEqual(['write /a 0']);
    expect(registry.store.json('/a')?.x).toBe(2);
    await registry.setNode('/a', {});
    expect(registry.store.json('/a')).not.toHaveProperty('x');
    await expectQuietAfterStop(registry);
  });

  it.each([
    ['a node of a competing owner', 77n],
    ['a persistent node', 0n],
  ])('replaces %s that already exists, in one step', async (_, owner) => {
    const store = new FakeStore();
    store.put('/a', bytes('theirs'), owner);
    const registry = await startedRegistry({}, store);
    expect(await registry.setNode('/a', { x: 1 })).toBe(true);
    expect(registry.backend.requests).toEqual([
      'create /a ephemeral',
      'read /a none',
      'create /a ephemeral replacing 0',
    ]);
    expect(store.owner('/a')).toBe(registry.backend.session?.id);
    expect(registry.news()).toEqual(['registered /a']);
  });

  it('rejects for a persistent node with children, changes nothing, and drops the desired state', async () => {
    const store = new FakeStore();
    store.put('/a', bytes('theirs'));
    store.put('/a/child', null);
    const registry = await startedRegistry({}, store);
    await expect(registry.setNode('/a')).rejects.toBeInstanceOf(NotEmptyError);
    await turn();
    expect(store.text('/a')).toBe('theirs');
    store.delete('/a/child');
    registry.backend.suspend();
    registry.backend.up();
    await registry.clock.advance(60_000);
    expect(store.text('/a')).toBe('theirs');
    expect(registry.news()).toEqual([]);
    await expectQuietAfterStop(registry);
  });

  it('adopts a node that its session created without knowing', async () => {
    const registry = await startedRegistry();
    registry.store.put('/a', bytes({ old: true }), registry.backend.session?.id);
    await registry.setNode('/a', { x: 1 });
    expect(registry.backend.of('write')).toEqual(['write /a 0']);
    expect(registry.store.json('/a')?.x).toBe(1);
  });
});

describe('unset', () => {
  it('deletes a registration, and stops watching it', async () => {
    const registry = await startedRegistry();
    await registry.setNode('/a');
    await turn();
    expect(await registry.unset('/a')).toBe(true);
    expect(registry.store.has('/a')).toBe(false);
    expect(registry.backend.watches.size).toBe(0);
    expect(registry.news()).toEqual(['registered /a', 'unregistered /a unset']);
    registry.store.put('/a', bytes('theirs'));
    await registry.clock.advance(60_000);
    expect(registry.store.text('/a')).toBe('theirs');
  });

  it('is the same as state: false', async () => {
    const registry = await startedRegistry();
    await registry.setNode('/a');
    expect(await registry.setNode('/a', undefined, { state: false })).toBe(true);
    expect(registry.store.has('/a')).toBe(false);
    await registry.setNode('/a');
    expect(await registry.set('/a', { state: false })).toBe(true);
    expect(registry.store.has('/a')).toBe(false);
  });

  it('removes persistent data of any client, and resolves to true if there is no node', async () => {
    const registry = await startedRegistry();
    registry.store.put('/a', bytes('theirs'));
    expect(await registry.unset('/a')).toBe(true);
    expect(await registry.unset('/a')).toBe(true);
    expect(registry.store.has('/a')).toBe(false);
    expect(registry.backend.requests).toEqual(['read /a none', 'remove /a 0', 'read /a none']);
    expect(registry.news()).toEqual([]);
  });

  it('keeps a live registration of another client, unless forced', async () => {
    const registry = await startedRegistry();
    registry.store.put('/a', bytes('theirs'), 77n);
    await expect(registry.unset('/a')).rejects.toBeInstanceOf(NotOwnerError);
    expect(registry.store.text('/a')).toBe('theirs');
    expect(await registry.unset('/a', { force: true })).toBe(true);
    expect(registry.store.has('/a')).toBe(false);
  });

  it('that fails keeps the registration, also after a lost session', async () => {
    const registry = await startedRegistry();
    await registry.setNode('/a', { x: 1 });
    await turn();
    const before = registry.store.text('/a');
    registry.backend.fail('remove', new NotAuthorizedError('/a'));
    await expect(registry.unset('/a')).rejects.toBeInstanceOf(NotAuthorizedError);
    await turn();
    registry.backend.lose();
    registry.backend.up();
    await registry.clock.advance(10_000);
    expect(registry.store.text('/a')).toBe(before);
    await expectQuietAfterStop(registry);
  });
});

describe('setData', () => {
  it('writes only if the data is different', async () => {
    const registry = await startedRegistry();
    expect(await registry.setData('/c', { x: 1 })).toBe(true);
    const before = registry.store.text('/c');
    await registry.clock.advance(5_000);
    await registry.setData('/c', { x: 1 });
    expect(registry.store.text('/c')).toBe(before);
    await registry.setData('/c', { x: 2 });
    expect(registry.backend.requests).toEqual([
      'read /c none',
      'create /c persistent',
      'read /c none',
      'read /c none',
      'write /c 0',
    ]);
    expect(registry.store.owner('/c')).toBe(0n);
    expect(registry.news()).toEqual([]);
    await expectQuietAfterStop(registry);
    expect(registry.store.json('/c')?.x).toBe(2);
  });

  it('without data keeps existing data, and creates a missing node', async () => {
    const registry = await startedRegistry();
    registry.store.put('/c', bytes('theirs'));
    await registry.setData('/c');
    expect(registry.store.text('/c')).toBe('theirs');
    await registry.setData('/d');
    expect(registry.store.json('/d')).toEqual({ pid: process.pid, created: expect.any(String) });
  });

  it('is not restored: later changes by other clients are kept', async () => {
    const registry = await startedRegistry();
    await registry.setData('/c', { x: 1 });
    registry.store.delete('/c');
    registry.backend.lose();
    registry.backend.up();
    await registry.clock.advance(60_000);
    expect(registry.store.has('/c')).toBe(false);
  });

  it.each([
    ['of another session', 77n],
    ['that this session created without knowing', undefined],
  ])('rejects for a registration %s', async (_, owner) => {
    const registry = await startedRegistry();
    registry.store.put('/c', bytes('x'), owner ?? registry.backend.session?.id);
    await expect(registry.setData('/c', { x: 1 })).rejects.toBeInstanceOf(NotOwnerError);
    await turn();
    if (owner !== undefined) expect(registry.store.text('/c')).toBe('x');
  });

  it('rejects for a desired registration of ours, and sends nothing', async () => {
    const registry = await startedRegistry();
    await registry.setNode('/c', { x: 1 });
    await turn();
    const sent = registry.backend.requests.length;
    await expect(registry.setData('/c', { x: 2 })).rejects.toThrow('/c is a registration of this registry');
    expect(registry.backend.requests).toHaveLength(sent);
    expect(registry.store.json('/c')?.x).toBe(1);
  });
});

describe('a registry that was never started', () => {
  it('starts automatically for a write', async () => {
    const registry = new FakeRegistry();
    expect(await registry.set('/a', { data: 'hello', kind: 'persistent' })).toBe(true);
    expect(registry.store.json('/a')).toMatchObject({ string_value: 'hello' });
    expect(registry.phase).toBe('connected');
  });
});
