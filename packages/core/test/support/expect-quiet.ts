import { turn } from '@ndsr/test-support';
import { expect } from 'vitest';
import type { FakeRegistry } from './fake-registry.js';

/** Stops the registry; nothing of it is left open: no timer, no watch, no request. */
export async function expectQuietAfterStop(registry: FakeRegistry): Promise<void> {
  await registry.stop();
  await turn();
  expect(registry.clock.pending, 'timers').toBe(0);
  for (const backend of registry.backends) {
    expect(backend.watches.size, 'watches').toBe(0);
    expect(backend.pending.length, 'requests under way').toBe(0);
  }
}
