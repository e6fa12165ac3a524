import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'vitest';
import { suiteCases } from '../src/index.js';
import { type FailureRow, failureTable, quote } from '../src/registry-suite/failure-table.js';

const top = new URL('../../../', import.meta.url);
const rows: readonly (readonly [key: string, row: FailureRow])[] = Object.entries(failureTable);
const cases = suiteCases('registry', { faults: true, refuseByClosing: true });

/** Returns the rows of the table under that heading. */
function documented(heading: string): string[][] {
  const [, section = ''] = readFileSync(new URL('docs/failures.md', top), 'utf8').split(`\n## ${heading}\n`);
  const [table = ''] = section.split('\n## ');
  const lines = table.split('\n').filter((line) => line.startsWith('|'));
  return lines.slice(2).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

describe('the table of failures', () => {
  test('is in docs/failures.md word for word, row by row', () => {
    assert.deepEqual(
      documented('The contract'),
      rows.map(([, { situation, answer }]) => [situation, answer]),
    );
  });

  test.each(rows)('has a test that quotes the row %s', (key, row) => {
    const quoting = cases.filter((name) => name.startsWith(quote(row)));
    const elsewhere = row.alsoIn ?? [];
    assert.ok(quoting.length + elsewhere.length > 0, 'shown nowhere');
    for (const file of elsewhere) {
      const text = readFileSync(new URL(file, top), 'utf8');
      assert.ok(text.includes(`quote(failureTable.${key}`), `${file} does not quote it`);
    }
  });

  test('is quoted with the parts of a row, not with other words', () => {
    const quotes = cases.filter((name) => rows.some(([, { situation }]) => name.startsWith(`${situation}: `)));
    for (const name of quotes)
      assert.ok(
        rows.some(([, row]) => name.startsWith(quote(row))),
        name,
      );
    assert.ok(quotes.length >= rows.length - 2, `${quotes.length} quotes`);
  });
});
