import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { fillPage } from '../src/page.mjs';
import { resultsOf } from '../src/results.mjs';
import { readTargets } from '../src/targets.mjs';
import { works } from '../src/works/works.mjs';

/** @import { Run } from '../src/page.mjs' */

const docs = new URL('../../../docs/', import.meta.url);
const page = readFileSync(new URL('performance.md', docs), 'utf8');
const json = new URL('performance.json', docs);

/** A run of one work. @returns {Run} */
function partialRun() {
  const rates = { memory: 900, 'zookeeper-js': 80, 'node-zookeeper-client': 100 };
  const register = works.find(({ name }) => name === 'register');
  const results = ['100', '10000'].flatMap((size) => {
    const measurements = Object.entries(rates).map(([contestant, rate]) => ({
      work: 'register',
      case: size,
      contestant,
      round: 0,
      figures: { rate, ms: (Number(size) * 1_000) / rate },
    }));
    return resultsOf(measurements, register?.figures ?? []);
  });
  const machine = { cores: 2, memoryBytes: 2 ** 33, cpu: 'a CPU', system: 'Linux 6', loadAverage: 0.1 };
  return { commit: 'abc', clean: true, machine, versions: { node: '20' }, quick: false, rounds: 1, results };
}

describe('docs/performance.md', () => {
  test('says what docs/performance.json says', () => {
    const run = existsSync(json) ? JSON.parse(readFileSync(json, 'utf8')) : undefined;
    expect(fillPage(page, run, readTargets())).toBe(page);
  });

  test('claims nothing where nothing was measured', () => {
    const filled = fillPage(page, undefined, readTargets());
    expect(filled).toContain('No run has been recorded yet.');
    expect(fillPage(filled, undefined, readTargets())).toBe(filled);
  });

  test('of a part of the works it shows that part, and names the others', () => {
    const filled = fillPage(page, partialRun(), readTargets());
    expect(filled).toContain('Not measured in this run: lookup, watch,');
    expect(filled).toContain(
      '| 10000 | nodes registered; by hand: pipelined creates, /s | zookeeper-js | 80 (80–80) | 0.8 (0.8–0.8) |',
    );
    expect(filled).toMatch(
      /0\.8 of the bare client’s pipelined creates \| register 10000 \| zookeeper-js \| at least 0\.8 \| 0\.8 \| reached/,
    );
    expect(filled).toContain('2 cores (a CPU), 8 GiB, Linux 6');
    expect(filled).not.toContain('### `watch`');
  });

  test('shows how the time grows', () => {
    const filled = fillPage(page, partialRun(), readTargets());
    expect(filled).toContain('| Registering nodes over one session | 1.00 | 1.00 |  | 1.00 |  |  |');
  });

  test('a page without a place for figures is not touched', () => {
    expect(() => fillPage('# Something else', undefined, [])).toThrow('no place');
  });
});
