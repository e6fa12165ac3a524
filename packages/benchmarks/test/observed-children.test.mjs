import { expect, test } from 'vitest';
import { Sightings } from '../src/players/sightings.mjs';
import { sharedNow } from '../src/scene/data.mjs';

/** @param {unknown} data */
const child = (data) => () => data;

test('who waits for a number of children is told when there are so many, and at once where there are already', async () => {
  const sightings = new Sightings();
  let isTold = false;
  const told = sightings.seen({ path: '/a', children: 2 }).then(() => {
    isTold = true;
  });
  sightings.show('/a', 1, child(null));
  sightings.show('/b', 2, child(null));
  await undefined;
  expect(isTold).toBe(false);
  sightings.show('/a', 2, child(null));
  await told;
  await sightings.seen({ path: '/a', children: 2 });
});

test('each change of the timed child counts once, and only while its data tell when it was sent', async () => {
  const sightings = new Sightings();
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
