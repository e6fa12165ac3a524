import { expect, test } from 'vitest';
import { ownTimes } from '../src/profile.mjs';

/**
 * @param {number} id
 * @param {string} functionName
 * @param {string} url
 */
const node = (id, functionName, url) => ({ id, callFrame: { functionName, url, lineNumber: 9 } });

test('a function has the time from each of its samples to the next; waiting is no work', () => {
  const nodes = [node(1, '(idle)', ''), node(2, 'parse', 'file:///a/b/c/d.js'), node(3, '', 'file:///a/b/c/d.js')];
  const times = ownTimes({ nodes, samples: [2, 1, 3, 2, 1], timeDeltas: [0, 10, 1_000, 30, 20] });
  expect(times).toEqual([
    { place: 'parse  b/c/d.js:10', share: 0.5 },
    { place: '(anonymous)  b/c/d.js:10', share: 0.5 },
  ]);
});
