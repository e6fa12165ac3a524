import { describe, expect, it } from 'vitest';
import { BadVersionError } from '../../src/errors/node-errors.js';
import { expectQuietAfterStop } from '../support/expect-quiet.js';
import { startedRegistry } from '../support/fake-registry.js';
import { bytes } from '../support/fake-store.js';
import '../support/guard.js';
import { Outcome, turn } from '@ndsr/test-support';

describe('what a watch tells while an answer is under way', () => {
  it('is believed more than the answer', async () => {
    const registry = await startedRegistry();
    await registry.setNode('/a', { x: 1 });
    await turn();
    registry.backend.fail('write', new BadVersionError('/a'));
    registry.backend.hold('read');
    const call = new Outcome(registry.setNode('/a', { x: 2 }));
    await turn();
    // The look finds what is wished; then a stranger deletes it, and the watch tells before the look does.
    registry.store.put('/a', bytes({ ...registry.store.json('/a'), x: 2 }), registry.backend.session?.id);
    const stood = registry.store.read('/a', 'none');
    registry.backend.store.read = () => stood;
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

describe('what is pending when a registration is withdrawn', () => {
  it('dies with it: a later registration of the same path is not disturbed', async () => {
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
