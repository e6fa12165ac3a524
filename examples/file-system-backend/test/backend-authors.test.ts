import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const top = new URL('../../../', import.meta.url);
const guide = readFileSync(new URL('docs/backend-authors.md', top), 'utf8');

/** The fenced blocks whose first line names the file that they are from. */
const excerpts = [...guide.matchAll(/^```ts\n\/\/ (examples\/\S+)\n(.*?)^```$/gms)].map(([, file = '', code = '']) => ({
  file,
  code,
}));

test('the guide shows something of every file', () => {
  const shown = new Set(excerpts.map(({ file }) => file));
  const files = readdirSync(new URL('../src/', import.meta.url)).map(
    (file) => `examples/file-system-backend/src/${file}`,
  );
  const trivial = ['index.ts', 'has-code.ts'].map((file) => `examples/file-system-backend/src/${file}`);
  expect(files.filter((file) => !shown.has(file))).toEqual(trivial.sort());
});

test.each(excerpts)('the excerpt of $file is what stands there', ({ file, code }) => {
  // An ellipsis on its own line marks omitted lines.
  const text = unindented(readFileSync(new URL(file, top), 'utf8'));
  for (const part of code.split(/^\s*\/\/ …\n/m)) expect(text).toContain(unindented(part));
});

/** The formatter removes the indentation of a block that is a complete program. */
function unindented(code: string): string {
  return code.replace(/^ +/gm, '');
}

test('the numbered duties are those of the port', () => {
  const port = readFileSync(new URL('packages/core/src/backend/registry-backend.ts', top), 'utf8');
  const duties = [...port.matchAll(/^ \* (\d+)\. /gm)].map(([, number]) => number);
  const explained = [...guide.matchAll(/^### (\d+)\. /gm)].map(([, number]) => number);
  expect(explained).toEqual(duties);
});
