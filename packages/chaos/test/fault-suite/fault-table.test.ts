import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { backendNames } from '../../src/environment/environment.js';
import { reasonNotPossible } from '../../src/faults/fault.js';
import { faults } from '../../src/faults/faults.js';
import { operations } from '../../src/workload/operations/operations.js';

it('names every fault and every operation once', () => {
  for (const names of [faults.map(({ name }) => name), operations.map(({ name }) => name)]) {
    expect(new Set(names).size).toBe(names.length);
  }
});

it('has every fault in the README, and every reason why one is impossible on a backend', () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  const rows = faults.map((fault) => [
    fault.name,
    ...backendNames.map((backend) => reasonNotPossible(fault, backend) ?? 'yes'),
  ]);
  const lines = readme.slice(readme.indexOf('| fault ')).split('\n');
  const cells = lines.slice(2, lines.indexOf('')).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
  expect(cells).toEqual(rows);
});
