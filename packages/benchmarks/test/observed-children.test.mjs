import { expect, test } from 'vitest';
import { ObservedChildren } from '../src/drivers/observed-children.mjs';
import { sharedNow } from '../src/test-bed/data.mjs';

/** @param {unknown} data */
const child = (data) => () => data;

test('resolves once a path has the number of children, or at once if it has them already', async () => {
  const sightings = new ObservedChildren();
  let isTold = false;
  const notified = sightings.seen({ path: '/a', children: 2 }).then(() => {
    isTold = true;
  });
  sightings.show('/a', 1, child(null));
  sightings.show('/b', 2, child(null));
  await undefined;
  expect(isTold).toBe(false);
  sightings.show('/a', 2, child(null));
  await notified;
  await sightings.seen({ path: '/a', children: 2 });
});

test('each change of the timed child counts once, and only if its data has the time of sending', async () => {
  const sightings = new ObservedChildren();
  const timed = sightings.latencies({ path: '/a', name: 'x', count: 2 });
  const sentAt = sharedNow() - 50;
  sightings.show('/a', 1, child(null));
  sightings.show('/a', 1, child({ rack: 'a1' }));
  sightings.show('/a', 1, child({ sentAt }));
  sightings.show('/a', 1, child({ sentAt }));
  sightings.show('/b', 1, child({ sentAt: sentAt + 1 }));
  sightings.show('/a', 1, child({ sentAt: sentAt + 10 }));
  const ms = await timed;
  expect(ms).toHaveLength(2);
  expect(ms[0]).toBeGreaterThanOrEqual(50);
  expect(ms[1]).toBeLessThan(Number(ms[0]));
});
