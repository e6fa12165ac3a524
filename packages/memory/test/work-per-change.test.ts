import type { ChildDetail } from '@ndsr/core/backend';
import { MemoryStore } from '@ndsr/memory';
import { collectionSteps } from '@ndsr/test-support';
import { expect, test } from 'vitest';
import { bytes, microtasks, openBackend } from './open-backend.js';

/** Returns the steps that a creation, a write and a deletion take in a watched service with that many instances. */
async function stepsIn(instances: number, detail: ChildDetail): Promise<number[]> {
  const { backend } = await openBackend(new MemoryStore());
  const options = { kind: 'persistent', data: bytes('x'), replacing: null } as const;
  for (let i = 0; i < instances; i += 1) await backend.create(`/w/n${i}`, options);
  let changed = 0;
  const observer = {
    node: ({ changedChildren }: { readonly changedChildren?: ReadonlyMap<string, unknown> | undefined }): void => {
      changed += changedChildren?.size ?? 0;
    },
    fault: (error: unknown): void => expect.fail(String(error)),
  };
  backend.watch('/w', { children: detail }, observer);
  await microtasks();
  const changes = [
    () => backend.create('/w/late', options),
    () => backend.write('/w/n1', bytes('new'), 0),
    () => backend.remove('/w/n2', 0),
  ];
  const steps: number[] = [];
  for (const change of changes) steps.push(await collectionSteps(change));
  expect(changed).toBe(detail === 'data' ? 3 : 2);
  await backend.close();
  return steps;
}

test.each(['names', 'data'] as const)(
  "with children '%s' a change in a large service takes no more work than one in a small service",
  async (detail) => {
    const [small, large] = [await stepsIn(10, detail), await stepsIn(3_000, detail)];
    expect(Math.min(...small)).toBeGreaterThan(0);
    // One look at each child would be 3,000. Others in this process may take some steps meanwhile.
    for (const [i, steps] of large.entries()) expect(steps).toBeLessThan((small[i] ?? 0) + 500);
  },
);
