import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { subjects } from '../src/subjects.mjs';

/** @import { Run } from '../src/page.mjs' */

const run = promisify(execFile);
const program = fileURLToPath(new URL('../src/bench.mjs', import.meta.url));

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ndsr-bench-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('the benchmarks', () => {
  test('all subjects on a server do the same work, according to the JSON', {
    timeout: 240_000,
  }, async () => {
    const file = join(folder, 'run.json');
    const args = ['--quick', '--rounds', '1', '--only', 'arrivals', '--json', file];
    await run(process.execPath, [program, ...args], { timeout: 220_000 });
    /** @type {Run} */
    const { results, failed, machine, versions, quick, rounds } = JSON.parse(await readFile(file, 'utf8'));
    expect({ quick, rounds, failed }).toEqual({ quick: true, rounds: 1, failed: [] });
    expect(machine.cores).toBeGreaterThan(0);
    expect(versions).toMatchObject({
      'node-zookeeper-client': '1.1.3',
      'zookeeper server': expect.stringMatching(/^\d/),
    });
    const requests = results.find(({ figure }) => figure === 'requests');
    // For the baseline an arrival costs a list and a read; with fewer requests it was not watched or not read.
    expect(requests?.contestants['node-zookeeper-client']?.median).toBeCloseTo(2, 1);
    expect(requests?.contestants.zookeeper?.median).toBeCloseTo(2, 1);
    expect(requests?.comparisons.map(({ ours }) => ours)).toEqual([
      '@ndsr/zookeeper',
      'zookeeper-js',
      'zookeeper-native',
    ]);
  });

  test('invalid arguments are rejected at once', async () => {
    const refused = run(process.execPath, [program, '--only', 'nothing'], { timeout: 30_000 });
    await expect(refused).rejects.toMatchObject({ code: 2, stdout: '' });
  });

  test('every peer is one of the subjects', () => {
    for (const { peer } of subjects) {
      if (peer !== undefined) expect(subjects.map(({ name }) => name)).toContain(peer);
    }
  });
});
