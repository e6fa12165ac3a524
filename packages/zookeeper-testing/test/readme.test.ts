import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const FOLDER = fileURLToPath(new URL('..', import.meta.url));
const README = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

describe('the programs in README.md', () => {
  const programs = [...README.matchAll(/```js\n(.*?)```/gs)].map(([, code = '']) => code);

  it.each(programs)('run and end: %#', { timeout: 240_000 }, async (code) => {
    // Inside this package its own name resolves to the built files, as for a user.
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', code], {
      cwd: FOLDER,
    });
    expect(stdout).toMatch(/127\.0\.0\.1:\d+/);
  });
});
