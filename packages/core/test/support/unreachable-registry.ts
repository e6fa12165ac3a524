import { turn } from '@ndsr/test-support';
import { expect } from 'vitest';
import type { RegistryOptions } from '../../src/options/registry-options.js';
import { FakeRegistry } from './fake-registry.js';

/** One whose backend reaches nobody by itself. */
export function unreachable(options: RegistryOptions = {}): FakeRegistry {
  const registry = new FakeRegistry({ timeoutMs: 1_000, ...options });
  registry.prepare = (backend) => {
    backend.reachable = false;
  };
  return registry;
}

/** Nothing at all is left open. */
export async function expectQuiet(registry: FakeRegistry): Promise<void> {
  await turn();
  expect(registry.clock.pending, 'timers').toBe(0);
  for (const backend of registry.backends) {
    expect(backend.closed, 'closed').toBe(true);
    expect(backend.watches.size, 'watches').toBe(0);
  }
}
