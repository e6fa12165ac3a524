import { describe, expect, test } from 'vitest';
import { resultsOf } from '../src/results.mjs';

/** @import { Figure } from '../src/workloads/workload.mjs' */

/** @type {Figure[]} */
const figures = [
  { name: 'ms', title: 'time', unit: 'ms', better: 'less' },
  { name: 'bytes', title: 'bytes', unit: 'bytes', better: 'less' },
];

/**
 * @param {string} subject
 * @param {number} round
 * @param {number} ms
 */
const measured = (subject, round, ms) => ({ work: 'watch', case: '10', subject, round, figures: { ms } });

describe('results', () => {
  const results = resultsOf(
    [
      measured('zookeeper-js', 0, 10),
      measured('node-zookeeper-client', 0, 5),
      measured('node-zookeeper-client', 1, 50),
      measured('zookeeper-js', 1, 200),
      measured('zookeeper-js', 2, 30),
      measured('node-zookeeper-client', 2, 10),
      measured('memory', 0, 1),
    ],
    figures,
  );

  test('one for each figure that was measured, with the values in the order of the rounds', () => {
    expect(results).toHaveLength(1);
    expect(results[0]?.contestants['node-zookeeper-client']).toEqual({
      median: 10,
      low: 5,
      high: 50,
      values: [5, 50, 10],
    });
  });

  test('the ratio is taken within each round, so that a slow round slows both', () => {
    expect(results[0]?.comparisons).toEqual([
      { ours: 'zookeeper-js', peer: 'node-zookeeper-client', median: 3, low: 2, high: 4 },
    ]);
  });

  test('a round in which one of the two failed has no ratio, and the others keep theirs', () => {
    const [result] = resultsOf(
      [
        measured('zookeeper-js', 1, 30),
        measured('zookeeper-js', 2, 40),
        measured('node-zookeeper-client', 0, 1),
        measured('node-zookeeper-client', 2, 10),
      ],
      figures,
    );
    expect(result?.comparisons).toMatchObject([{ median: 4, low: 4, high: 4 }]);
    expect(result?.contestants['zookeeper-js']?.values).toEqual([30, 40]);
  });

  test('our packages are compared with their client library and with kazoo', () => {
    const [result] = resultsOf(
      ['memory', 'zookeeper-native', 'zookeeper', 'node-zookeeper-client', 'kazoo'].map((name) => measured(name, 0, 1)),
      figures,
    );
    expect(result?.comparisons.map(({ ours, peer }) => `${ours} ${peer}`)).toEqual([
      'memory kazoo',
      'zookeeper-native zookeeper',
      'zookeeper-native kazoo',
    ]);
  });

  test('without a peer there is no ratio', () => {
    const [result] = resultsOf([measured('zookeeper-js', 0, 3), measured('node-zookeeper-client', 0, 0)], figures);
    expect(result?.comparisons).toEqual([]);
    expect(resultsOf([], figures)).toEqual([]);
  });
});
