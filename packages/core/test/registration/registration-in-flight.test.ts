import { describe, expect, it } from 'vitest';
import { expectQuietAfterStop } from '../support/expect-quiet.js';
import { startedRegistry } from '../support/fake-registry.js';
import { bytes } from '../support/fake-store.js';
import '../support/guard.js';
import { Outcome, turn } from '@ndsr/test-support';

describe('a call in flight', () => {
  it('when the registry is stopped rejects, and no node is left', async () => {
    const registry = await startedRegistry();
    registry.backend.hold('create');
    const call = new Outcome(registry.setNode('/a'));
    await turn();
    await registry.stop();
    await turn();
    expect(call.code).toBe('ERR_NDSR_NO_CONNECTION');
    await registry.start();
    await registry.clock.advance(60_000);
    expect(registry.store.has('/a')).toBe(false);
    await expectQuietAfterStop(registry);
  });

  it('when the connection breaks rejects; a node that it created all the same is removed', async () => {
    const registry = await startedRegistry();
    registry.backend.hold('create');
    const call = new Outcome(registry.setNode('/a'));
    await turn();
    registry.store.put('/a', bytes('made'), registry.backend.session?.id);
    registry.backend.suspend();
    await turn();
    expect(call.code).toBe('ERR_NDSR_NO_CONNECTION');
    expect(registry.store.has('/a')).toBe(true);
    registry.backend.up();
    await turn();
    expect(registry.store.has('/a')).toBe(false);
    expect(registry.news().filter((line) => line.startsWith('registered'))).toEqual([]);
    await expectQuietAfterStop(registry);
  });

  it('when the session is lost leaves no stale node of that session either', async () => {
    const registry = await startedRegistry();
    registry.backend.hold('create');
    const call = new Outcome(registry.setNode('/a'));
    await turn();
    registry.store.put('/a', bytes('made'), registry.backend.session?.id);
    registry.backend.lose('ghost');
    registry.backend.up();
    await turn();
    expect(call.state).toBe('rejected');
    expect(registry.store.has('/a')).toBe(false);
  });

  it('when it is unset ends without a node, no matter how late its answer is', async () => {
    const registry = await startedRegistry();
    registry.backend.hold('create');
    const set = new Outcome(registry.setNode('/a'));
    await turn();
    const unset = new Outcome(registry.unset('/a'));
    await turn();
    expect([set.state, unset.state]).toEqual(['pending', 'pending']);
    registry.backend.pending[0]?.answer();
    await turn();
    expect([set.state, unset.value]).toEqual(['fulfilled', true]);
    expect(registry.store.has('/a')).toBe(false);
    expect(registry.backend.watches.size).toBe(0);
    await expectQuietAfterStop(registry);
  });

  it('for re-registration when it is unset ends without a node', async () => {
    const registry = await startedRegistry();
    await registry.setNode('/a', { x: 1 });
    await turn();
    registry.backend.lose();
    registry.backend.hold('create');
    registry.backend.up();
    await turn();
    expect(registry.backend.pending).toHaveLength(1);
    const unset = new Outcome(registry.unset('/a'));
    await turn();
    registry.backend.pending[0]?.answer();
    await turn();
    expect(unset.value).toBe(true);
    expect(registry.store.has('/a')).toBe(false);
    await registry.clock.advance(60_000);
    expect(registry.store.has('/a')).toBe(false);
    await expectQuietAfterStop(registry);
  });

  it('for re-registration that fails when the next connection is already there is tried again', async () => {
    const registry = await startedRegistry({ offline: 'defer' });
    registry.backend.suspend();
    await registry.setNode('/a', { x: 1 });
    registry.backend.hold('create');
    registry.backend.up();
    await turn();
    expect(registry.backend.pending).toHaveLength(1);
    // Both before the reconciliation learns that its request has failed.
    registry.backend.suspend();
    registry.backend.up();
    await turn();
    expect(registry.store.json('/a')?.x).toBe(1);
    await expectQuietAfterStop(registry);
  });

  it('and is forgotten by the client until the connection has broken: the deferred write is applied later', async () => {
    const registry = await startedRegistry({ offline: 'defer', requestTimeoutMs: 2_000 });
    registry.backend.hold('create');
    const first = new Outcome(registry.setNode('/a', { x: 1 }));
    await turn();
    registry.backend.forgetful = true;
    registry.backend.suspend();
    await registry.setNode('/a', { x: 2 });
    await registry.clock.advance(2_000);
    expect(first.code).toBe('ERR_NDSR_NO_CONNECTION');
    registry.backend.up();
    await turn();
    expect(registry.store.json('/a')?.x).toBe(2);
    registry.backend.pending[0]?.fail(new Error('late'));
    await expectQuietAfterStop(registry);
  });

  it('and is forgotten by the client does not prevent a deferred write from being applied', async () => {
    const registry = await startedRegistry({ offline: 'defer', requestTimeoutMs: 5_000 });
    registry.backend.hold('create');
    const first = new Outcome(registry.setNode('/a', { x: 1 }));
    await turn();
    registry.backend.forgetful = true;
    registry.backend.suspend();
    expect(await registry.setNode('/a', { x: 2 })).toBe(false);
    registry.backend.up();
    await registry.clock.advance(5_000);
    expect(registry.store.json('/a')?.x).toBe(2);
    expect(first.state).not.toBe('pending');
    expect(registry.backend.pending).toHaveLength(1);
    registry.backend.pending[0]?.fail(new Error('late'));
    await expectQuietAfterStop(registry);
  });
});
