import { describe, expect, it } from 'vitest';
import { NotAuthorizedError } from '../../src/errors/access-errors.js';
import { BackendError } from '../../src/errors/background-errors.js';
import { BadVersionError, NodeExistsError } from '../../src/errors/node-errors.js';
import { expectQuietAfterStop } from '../support/expect-quiet.js';
import { startedRegistry } from '../support/fake-registry.js';
import { bytes } from '../support/fake-store.js';
import '../support/guard.js';
import { Outcome, turn } from '@ndsr/test-support';

const forbidden = new NotAuthorizedError('/a');
const odd = new BackendError('odd');

describe('a call that fails', () => {
  it('on a first registration is told, and nothing is tried again', async () => {
    const registry = await startedRegistry();
    registry.backend.fail('create', forbidden);
    await expect(registry.setNode('/a')).rejects.toBe(forbidden);
    registry.backend.lose();
    registry.backend.up();
    await registry.clock.advance(60_000);
    expect(registry.backend.requests).toEqual(['create /a ephemeral']);
    expect(registry.faults).toEqual([]);
    await expectQuietAfterStop(registry);
  });

  it('although it was carried out leaves nothing behind', async () => {
    const registry = await startedRegistry();
    registry.backend.hold('create');
    const call = new Outcome(registry.setNode('/a'));
    await turn();
    registry.backend.pending[0]?.fail(odd, 'carried out');
    await turn();
    expect(call.error).toBe(odd);
    expect(registry.store.has('/a')).toBe(false);
    expect(registry.news().filter((line) => line.startsWith('registered'))).toEqual([]);
    await expectQuietAfterStop(registry);
  });

  it('leaves nothing behind also when the look afterwards fails at first', async () => {
    const registry = await startedRegistry();
    registry.backend.hold('create');
    registry.backend.fail('read', odd, 2);
    const call = new Outcome(registry.setNode('/a'));
    await turn();
    registry.backend.pending[0]?.fail(odd, 'carried out');
    await turn();
    expect(call.error).toBe(odd);
    expect(registry.store.has('/a')).toBe(true);
    await registry.clock.advance(3_000);
    expect(registry.store.has('/a')).toBe(false);
    expect(registry.faults).toEqual([odd, odd]);
    await expectQuietAfterStop(registry);
  });

  it('on a node that may not be read is told once, and is not looked at for ever', async () => {
    const registry = await startedRegistry();
    registry.store.put('/a', bytes('x'), 77n);
    registry.backend.fail('read', forbidden, 100);
    await expect(registry.setNode('/a')).rejects.toBe(forbidden);
    await registry.clock.advance(120_000);
    expect(registry.faults).toEqual([]);
    expect(registry.backend.of('read')).toHaveLength(1);
  });

  it('leaves the registration as it stood before', async () => {
    const registry = await startedRegistry();
    await registry.setNode('/a', { x: 1 });
    await turn();
    const before = registry.store.text('/a');
    registry.backend.hold('write');
    const call = new Outcome(registry.setNode('/a', { x: 2 }));
    await turn();
    registry.backend.pending[0]?.fail(odd, 'carried out');
    await turn();
    expect(call.error).toBe(odd);
    expect(registry.store.text('/a')).toBe(before);
    expect(registry.news()).toEqual(['registered /a']);
    await expectQuietAfterStop(registry);
  });

  it('fails alone: the next one on the same path is carried out', async () => {
    const registry = await startedRegistry();
    registry.backend.fail('create', odd);
    const first = new Outcome(registry.setNode('/a', { x: 1 }));
    await turn(1);
    expect(await registry.setNode('/a', { x: 2 })).toBe(true);
    expect(first.error).toBe(odd);
    await registry.clock.advance(10_000);
    expect(registry.store.json('/a')?.x).toBe(2);
  });

  it('and has been overtaken meanwhile does not drag the later call along', async () => {
    const registry = await startedRegistry();
    registry.backend.hold('create');
    const first = new Outcome(registry.setNode('/a', { x: 1 }));
    await turn();
    const second = new Outcome(registry.unset('/a'));
    await turn();
    registry.backend.pending[0]?.fail(forbidden);
    await turn();
    expect([first.state, second.value]).toEqual(['fulfilled', true]);
    expect(registry.store.has('/a')).toBe(false);
    await expectQuietAfterStop(registry);
  });

  it('tells both when the later call fails too', async () => {
    const registry = await startedRegistry();
    registry.backend.hold('create');
    registry.backend.fail('write', forbidden);
    const first = new Outcome(registry.setNode('/a', { x: 1 }));
    await turn();
    const calls = [first, new Outcome(registry.setNode('/a', { x: 2 }))];
    await turn();
    registry.backend.pending[0]?.answer();
    await turn();
    expect(calls.map(({ error }) => error)).toEqual([forbidden, forbidden]);
    expect(registry.store.has('/a')).toBe(false);
    await expectQuietAfterStop(registry);
  });
});

describe('others who are quicker', () => {
  it('make it look and decide again', async () => {
    const registry = await startedRegistry();
    registry.store.put('/c', bytes({ x: 0 }));
    registry.backend.fail('write', new BadVersionError('/c'), 3);
    expect(await registry.setData('/c', { x: 1 })).toBe(true);
    expect(registry.store.json('/c')?.x).toBe(1);
    expect(registry.backend.of('read')).toHaveLength(4);
  });

  it('for ever: the call gives up, in the background it is tried again later', async () => {
    const registry = await startedRegistry();
    registry.backend.fail('create', new NodeExistsError('/a'), 30);
    await expect(registry.setNode('/a')).rejects.toMatchObject({ code: 'ERR_NDSR_TIMEOUT', path: '/a' });
    expect(registry.backend.requests.length).toBeLessThan(50);
    await registry.clock.advance(10_000);
    expect(registry.store.has('/a')).toBe(false);
    await expectQuietAfterStop(registry);
  });
});

describe('re-registration that fails', () => {
  it('is told as a fault, and tried again with a growing pause', async () => {
    const registry = await startedRegistry();
    await registry.setNode('/a', { x: 1 });
    await turn();
    registry.backend.lose();
    registry.backend.requests.length = 0;
    registry.backend.fail('create', forbidden, 5);
    registry.backend.up();
    const times: number[] = [];
    const began = registry.clock.now();
    registry.on('fault', () => times.push(registry.clock.now() - began));
    await registry.clock.advance(60_000);
    expect(times).toEqual([0, 1_000, 3_000, 7_000, 15_000]);
    expect(registry.faults).toEqual(times.map(() => forbidden));
    expect(registry.store.json('/a')?.x).toBe(1);
    expect(registry.clock.pendingForeground).toBe(0);
    await expectQuietAfterStop(registry);
  });

  it('starts counting anew with each connection', async () => {
    const registry = await startedRegistry();
    await registry.setNode('/a', { x: 1 });
    await turn();
    registry.backend.lose();
    registry.backend.fail('create', forbidden, 8);
    registry.backend.up();
    await registry.clock.advance(20_000);
    registry.backend.suspend();
    expect(registry.clock.pending).toBeLessThanOrEqual(1);
    registry.backend.up();
    await registry.clock.advance(0);
    expect(registry.clock.nextIn).toBe(1_000);
  });

  it('is nothing to speak of when the registry is stopped meanwhile', async () => {
    const registry = await startedRegistry();
    await registry.setNode('/a', { x: 1 });
    await turn();
    registry.backend.lose();
    registry.backend.hold('create');
    registry.backend.up();
    await turn();
    registry.backend.forgetful = true;
    const pending = registry.backend.pending[0];
    await registry.stop();
    pending?.fail(odd);
    await turn();
    expect(registry.faults).toEqual([]);
    await expectQuietAfterStop(registry);
  });

  it('that the watch cannot follow is a fault too', async () => {
    const registry = await startedRegistry();
    await registry.setNode('/a', { x: 1 });
    await turn();
    const [watch] = registry.backend.watchesOf('/a');
    watch?.observer.fault(forbidden);
    expect(registry.faults).toEqual([forbidden]);
  });
});
