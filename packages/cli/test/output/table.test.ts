import { describe, expect, it } from 'vitest';
import { formatTable } from '../../src/output/table.js';
import type { SafeText } from '../../src/safe-text.js';

const heading = (text: SafeText): SafeText => text;

describe('a table', () => {
  it('has columns as wide as their content, also with wide characters', async () => {
    expect(
      await formatTable(
        ['A', 'B'],
        [
          ['日本', 'x'],
          ['ab', 'y'],
        ],
        { heading },
      ),
    ).toBe('A     B\n日本  x\nab    y\n');
  });

  it('has columns as wide as their content, with plain characters', async () => {
    const table = await formatTable(
      ['A', 'B'],
      [
        ['abc', 'x'.repeat(9)],
        ['', 'y'],
      ],
      { heading, width: 10 },
    );
    expect(table).toBe('A    B\nabc  xxxx…\n     y\n');
  });

  it('is no wider than the terminal', async () => {
    const table = await formatTable(
      ['A', 'B'],
      [
        ['ab', 'x'.repeat(50)],
        ['ab', '日'.repeat(9)],
      ],
      { heading, width: 12 },
    );
    expect(table.split('\n')).toEqual(['A   B', 'ab  xxxxxxx…', 'ab  日日日…', '']);
  });

  it('shows characters that could move the cursor as escapes', async () => {
    expect(await formatTable(['A'], [['\u001b[2J\u009b2J\u202ex']], { heading })).toBe(
      'A\n\\u001b[2J\\u009b2J\\u202ex\n',
    );
  });
});
