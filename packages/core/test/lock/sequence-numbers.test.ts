import { describe, expect, it } from 'vitest';
import { SequenceExhaustedError } from '../../src/errors/lock-errors.js';
import { type FakeRegistry, startedRegistry } from '../support/fake-registry.js';
import '../support/guard.js';

const firstRefused = 2 ** 31 - 1_000_000;

const contests: [string, string, (registry: FakeRegistry) => Promise<unknown>][] = [
  ['a lock', '/path-__lock__', (registry) => registry.getLock('/path').hold({ waitMs: 1_000 })],
  ['an election', '/path', (registry) => registry.getElection('/path').lead(() => 'led', { requeue: true })],
];

/** A registry whose next sequential node gets this number. */
async function registryAt(number: number): Promise<FakeRegistry> {
  const registry = await startedRegistry();
  registry.store.sequence = (number - 1) | 0;
  return registry;
}

describe.each(contests)('%s', (_, parent, contend) => {
  it('is granted while its sequence numbers are far from their end', async () => {
    const registry = await registryAt(firstRefused - 1);
    await contend(registry);
    await registry.stop();
  });

  it.each([firstRefused, 2 ** 31 - 1, 2 ** 31, 2 ** 31 + 5])(
    'is refused from 2^31 - 1,000,000 on, at %i, with what to do, and leaves nothing behind',
    async (number) => {
      const registry = await registryAt(number);
      const refusal = await contend(registry).catch((error: unknown) => error);
      expect(refusal).toBeInstanceOf(SequenceExhaustedError);
      expect(refusal).toMatchObject({ code: 'ERR_NDSR_SEQUENCE_EXHAUSTED', path: '/path' });
      expect((refusal as Error).message).toContain(`Delete ${parent} while nobody waits`);
      expect([...registry.store.read(parent, 'names').children.keys()]).toEqual([]);
      await registry.stop();
    },
  );

  it('is refused behind other contenders too, and never granted twice when servers repeat the last number', async () => {
    const registry = await registryAt(2 ** 31 - 1);
    registry.store.put(`${parent}/${'0'.repeat(32)}__lock__2147483647`, null, 0xffn);
    await expect(contend(registry)).rejects.toBeInstanceOf(SequenceExhaustedError);
    await registry.stop();
  });
});
