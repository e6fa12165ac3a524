import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'vitest';
import { suiteCases } from '../src/index.js';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

for (const suite of ['backend', 'registry'] as const) {
  test(`README.md says how many cases the ${suite} suite has`, () => {
    const all = suiteCases(suite, { faults: true, cutOff: true, refuseByClosing: true }).length;
    const some = suiteCases(suite).length;
    const rows = readme.split('\n').map((line) => line.split('|').map((cell) => cell.trim()));
    const row = rows.find(([, name, level]) => name === `\`${suite}Suite\`` && level?.startsWith('the p'));
    assert.equal(row?.at(-2), `${all} / ${some}`);
  });
}
