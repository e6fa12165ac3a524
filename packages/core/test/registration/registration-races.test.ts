import { describe, expect, it } from 'vitest';
import { BadVersionError } from '../../src/errors/node-errors.js';
import { expectQuietAfterStop } from '../support/expect-quiet.js';
import { startedRegistry } from '../support/fake-registry.js';
import { bytes } from '../support/fake-store.js';
import '../support/guard.js';
import { Outcome, turn } from '@ndsr/test-support';

describe('a watch report while an answer is in flight', () => {
  it('takes precedence over the answer', async () => {
    const registry = await startedRegistry();
    await registry.setNode('/a', { x: 1 });
    await turn();
    registry.backend.fail('write', new BadVersionError('/a'));
    registry.backend.hold('read');
    const call = new Outcome(registry.setNode('/a', { x: 2 }));
    await turn();
    // The read finds the desired data; then another client deletes the node, and the watch reports that before the read does.
    registry.store.put('/a', bytes({ ...registry.store.json('/a'), x: 2 }), registry.backend.session?.id);
    const node = registry.store.read('/a', 'none');
    registry.backend.store.read = () => node;
    registry.store.delete('/a');
    const [watch] = registry.backend.watchesOf('/a');
    watch?.observer.node({ path: '/a', data: null, children: new Map(), stat: null });
    registry.backend.pending[0]?.answer();
    delete (registry.backend.store as { read?: unknown }).read;
    await registry.clock.advance(1_000);
    expect(call.state).toBe('fulfilled');
    expect(registry.store.json('/a')?.x).toBe(2);
    await expectQuietAfterStop(registry);
  });
});

describe('a correction that is pending when the registration is withdrawn', () => {
  it('is cancelled: a later registration of the same path is not affected', async () => {
    const registry = await startedRegistry();
    await registry.setNode('/a', { x: 1 });
    await turn();
    for (let i = 0; i < 5; i += 1) {
      registry.store.delete('/a');
      await turn();
      if (i < 4) await registry.clock.advance(1_000);
    }
    expect(registry.store.has('/a')).toBe(false);
    expect(registry.clock.pending).toBe(1);
    await registry.unset('/a');
    expect(registry.clock.pending).toBe(0);
    await registry.setNode('/a', { x: 2 });
    await registry.clock.advance(60_000);
    registry.backend.lose();
    registry.backend.up();
    await turn();
    expect(registry.store.json('/a')?.x).toBe(2);
    await expectQuietAfterStop(registry);
  });
});
