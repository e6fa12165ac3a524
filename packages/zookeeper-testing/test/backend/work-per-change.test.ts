import type { RawNode } from '@ndsr/core/backend';
import { collectionSteps, turn } from '@ndsr/test-support';
import { expect, test } from 'vitest';
import { connectedBackend } from './open-backend.js';
import { bytes } from './watch-log.js';

/** Returns the steps that a write, a creation and a deletion take in a watched service with that many instances. */
async function stepsIn(instances: number): Promise<number[]> {
  const { backend, zooKeeper } = await connectedBackend({ recursiveWatches: true });
  zooKeeper.tree.create('/w', null);
  for (let i = 0; i < instances; i += 1) zooKeeper.tree.create(`/w/n${i}`, bytes(`${i}`));
  let last: RawNode | undefined;
  const observer = {
    node(node: RawNode): void {
      last = node;
    },
    fault: (error: unknown): void => expect.fail(String(error)),
  };
  backend.watch('/w', { children: 'data' }, observer);
  while (last?.children.size !== instances) await turn(1);
  // The second delivery copies the map of the first, which is for keeps.
  zooKeeper.tree.setData('/w/n0', bytes('new'));
  while (last.changedChildren?.has('n0') !== true) await turn(1);
  const changes = [
    () => zooKeeper.tree.setData('/w/n1', bytes('new')),
    () => zooKeeper.tree.create('/w/late', bytes('late')),
    () => zooKeeper.tree.remove('/w/n2'),
  ];
  const steps: number[] = [];
  for (const [i, change] of changes.entries()) {
    const name = ['n1', 'late', 'n2'][i] ?? '';
    steps.push(
      await collectionSteps(async () => {
        change();
        while (last?.changedChildren?.has(name) !== true) await turn(1);
      }),
    );
  }
  await backend.close();
  return steps;
}

test('a change in a large service takes no more work than one in a small service', async () => {
  const [small, large] = [await stepsIn(10), await stepsIn(3_000)];
  expect(Math.min(...small)).toBeGreaterThan(0);
  // One look at each child would be 3,000. Others in this process may take some steps meanwhile.
  for (const [i, steps] of large.entries()) expect(steps).toBeLessThan((small[i] ?? 0) + 500);
});
