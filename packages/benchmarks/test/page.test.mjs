import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { growthOf } from '../src/growth.mjs';
import { fillPage, plotFile } from '../src/page.mjs';
import { plot } from '../src/plot.mjs';
import { resultsOf } from '../src/results.mjs';
import { readTargets } from '../src/targets.mjs';
import { workloads } from '../src/workloads/workloads.mjs';

/** @import { Run } from '../src/page.mjs' */

const docs = new URL('../../../docs/', import.meta.url);
const page = readFileSync(new URL('performance.md', docs), 'utf8');
const json = new URL('performance.json', docs);

/** A page with the spaces that only align its tables taken out. @param {string} text */
const unaligned = (text) => text.replaceAll(/ +\|/g, ' |');

/** A run of one work. @returns {Run} */
function partialRun() {
  const rates = { memory: 900, 'zookeeper-js': 80, 'node-zookeeper-client': 100 };
  const register = workloads.find(({ name }) => name === 'register');
  const results = ['100', '10000'].flatMap((size) => {
    const measurements = Object.entries(rates).map(([subject, rate]) => ({
      work: 'register',
      case: size,
      subject,
      round: 0,
      figures: { rate, ms: (Number(size) * 1_000) / rate },
    }));
    return resultsOf(measurements, register?.figures ?? []);
  });
  const machine = { cores: 2, memoryBytes: 2 ** 33, cpu: 'a CPU', system: 'Linux 6', loadAverage: 0.1 };
  return {
    commit: 'abc',
    clean: true,
    machine,
    versions: { node: '20' },
    quick: false,
    rounds: 1,
    failed: [],
    results,
  };
}

describe('docs/performance.md', () => {
  test('agrees with docs/performance.json', () => {
    const run = existsSync(json) ? JSON.parse(readFileSync(json, 'utf8')) : undefined;
    expect(fillPage(page, run, readTargets())).toBe(page);
    for (const growth of growthOf(run?.results ?? [])) {
      expect(readFileSync(new URL(plotFile(growth.work), docs), 'utf8')).toBe(plot(growth));
    }
  });

  test('has no claims without measurements', () => {
    const filled = fillPage(page, undefined, readTargets());
    expect(filled).toContain('No run has been recorded yet.');
    expect(fillPage(filled, undefined, readTargets())).toBe(filled);
  });

  test('shows the workloads of a partial run, and names the others', () => {
    const filled = unaligned(fillPage(page, partialRun(), readTargets()));
    expect(filled).toContain('Not measured in this run: lookup, client, watch,');
    expect(filled).toContain('**nodes registered; by hand: pipelined creates, /s:**');
    expect(filled).toContain('| 10000 | 900 (900–900) | 80 (80–80) | 100 (100–100) |');
    expect(filled).toContain('| ÷ bare library | | 0.8 (0.8–0.8) | |');
    expect(filled).toMatch(
      /0\.8 of the bare client’s pipelined creates \| register 10000 \| at least 0\.8 \| 0\.8, reached \|/,
    );
    expect(filled).toContain('| 10,000 nodes registered at once, ms | 11,100 | 125,000 | 100,000 |');
    expect(filled).toContain('2 cores (a CPU), 8 GiB, Linux 6');
    expect(filled).not.toContain('### `watch`');
  });

  test('shows a subject of one workload alone', () => {
    const run = partialRun();
    const [first] = run.results;
    if (first?.contestants.memory === undefined) throw new Error('nothing was measured');
    const results = [{ ...first, contestants: { ...first.contestants, core: first.contestants.memory } }];
    const filled = unaligned(fillPage(page, { ...run, results }, readTargets()));
    expect(filled).toContain('| size | memory | zookeeper-js | node-zookeeper-client | core |');
  });

  test('shows how the time grows', () => {
    const filled = unaligned(fillPage(page, partialRun(), readTargets()));
    expect(filled).toContain('| `register`: until all stand, ms | 1.00 | 1.00 | 1.00 |');
    expect(filled).toContain('![register](performance/register.svg)');
  });

  test('draws a line for each subject that was measured in more than one size', () => {
    const [growth] = growthOf(partialRun().results);
    const svg = growth === undefined ? '' : plot(growth);
    expect(svg.match(/<polyline/g)).toHaveLength(3);
    expect(svg).toContain('zookeeper-js: size^1.00');
    // 100 nodes in 1,250 ms and 10,000 in 125,000, on scales from 100 to 10,000 and from 100 to 1,000,000.
    expect(svg).toContain('<polyline points="70,250.5 480,105.5" fill="none" stroke="#7db4ee"');
    expect(growthOf(partialRun().results.filter(({ case: size }) => size === '100'))).toEqual([]);
  });

  test('a page without a place for figures is rejected', () => {
    expect(() => fillPage('# Something else', undefined, [])).toThrow('no place');
  });
});
