import { expect, test } from 'vitest';
import { ownTimes, ownTimesByPart } from '../src/profile.mjs';

/**
 * @param {number} id
 * @param {string} functionName
 * @param {string} url
 */
const node = (id, functionName, url) => ({ id, callFrame: { functionName, url, lineNumber: 9 } });

test('a function has the time from each of its samples to the next; idle time is excluded', () => {
  const nodes = [node(1, '(idle)', ''), node(2, 'parse', 'file:///a/b/c/d.js'), node(3, '', 'file:///a/b/c/d.js')];
  const times = ownTimes({ nodes, samples: [2, 1, 3, 2, 1], timeDeltas: [0, 10, 1_000, 30, 20] });
  expect(times).toEqual([
    { place: 'parse  b/c/d.js:10', share: 0.5 },
    { place: '(anonymous)  b/c/d.js:10', share: 0.5 },
  ]);
});

test('a part has the time of all its functions', () => {
  const nodes = [
    node(1, '(idle)', ''),
    node(2, '(garbage collector)', ''),
    node(3, 'get', 'file:///home/me/packages/core/dist/a/b.js'),
    node(4, 'set', 'file:///home/me/packages/core/dist/c.js'),
    node(5, 'write', 'node:internal/net'),
    node(6, 'parse', ''),
    node(7, 'send', '/home/me/node_modules/.pnpm/a-library@1.0.0/node_modules/a-library/lib/index.js'),
  ];
  const times = ownTimesByPart({ nodes, samples: [1, 2, 3, 4, 5, 6, 7, 1], timeDeltas: [0, 100, 6, 5, 4, 3, 2, 1] });
  expect(times.map(({ place }) => place)).toEqual([
    'packages/core',
    '(garbage collector)',
    'node',
    '(compiled code without a file)',
    'a-library',
  ]);
  expect(times[0]?.share).toBeCloseTo(9 / 21);
});
