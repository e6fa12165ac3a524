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
  it('on a first registration rejects, and is not tried again', async () => {
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

  it('although it was applied leaves no node behind', async () => {
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

  it('leaves no node behind even if the reads afterwards fail at first', async () => {
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

  it('on a node that must not be read rejects, and the node is not read again', async () => {
    const registry = await startedRegistry();
    registry.store.put('/a', bytes('x'), 77n);
    registry.backend.fail('read', forbidden, 100);
    await expect(registry.setNode('/a')).rejects.toBe(forbidden);
    await registry.clock.advance(120_000);
    expect(registry.faults).toEqual([]);
    expect(registry.backend.of('read')).toHaveLength(1);
  });

  it('keeps the previous registration', async () => {
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

  it('does not affect the next one on the same path', async () => {
    const registry = await startedRegistry();
    registry.backend.fail('create', odd);
    const first = new Outcome(registry.setNode('/a', { x: 1 }));
    await turn(1);
    expect(await registry.setNode('/a', { x: 2 })).toBe(true);
    expect(first.error).toBe(odd);
    await registry.clock.advance(10_000);
    expect(registry.store.json('/a')?.x).toBe(2);
  });

  it('and was overtaken meanwhile does not fail the later call', async () => {
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

  it('rejects both when the later call fails too', async () => {
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

describe('other clients that are faster', () => {
  it('make it read the node and choose the next action again', async () => {
    const registry = await startedRegistry();
    registry.store.put('/c', bytes({ x: 0 }));
    registry.backend.fail('write', new BadVersionError('/c'), 3);
    expect(await registry.setData('/c', { x: 1 })).toBe(true);
    expect(registry.store.json('/c')?.x).toBe(1);
    expect(registry.backend.of('read')).toHaveLength(4);
  });

  it('every time: the call gives up after a limited number of requests', async () => {
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
  it('is a fault, and is tried again after growing pauses', async () => {
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

  it('starts the pauses again with each connection', async () => {
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

  it('is not a fault if the registry is stopped meanwhile', async () => {
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

  it('because of a failed watch is a fault too', async () => {
    const registry = await startedRegistry();
    await registry.setNode('/a', { x: 1 });
    await turn();
    const [watch] = registry.backend.watchesOf('/a');
    watch?.observer.fault(forbidden);
    expect(registry.faults).toEqual([forbidden]);
  });
});
