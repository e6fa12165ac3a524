import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { apiReference } from '../api-reference.mjs';

/** A package with one of our names: all of its exports must be documented. */
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ndsr-api-'));
  await writeFile(join(folder, 'package.json'), '{ "name": "@ndsr/core", "version": "1.0.0", "type": "module" }');
});
afterAll(() => rm(folder, { recursive: true }));

it('complains of exports, methods and options without a docstring, and of links to nowhere', {
  timeout: 180_000,
}, async () => {
  const source = `
    export function bare(): void {}
    /** Documented. See {@link Nothing}. */
    export class Documented {
      field = 1;
      method(): void {}
      [Symbol.iterator](): void {}
      #hidden(): void {}
    }
    /** Documented. */
    export interface SomeOptions { readonly timeoutMs: number; }
  `;
  expect(await complaintsAbout(source)).toEqual([
    expect.stringContaining('bare'),
    expect.stringContaining('Documented.method'),
    expect.stringContaining('"Nothing"'),
    expect.stringContaining('SomeOptions.timeoutMs'),
  ]);
});

it('has none where all is documented', { timeout: 180_000 }, async () => {
  const source = `
    /** Documented. */
    export interface SomeOptions {
      /** In milliseconds. */
      readonly timeoutMs: number;
    }
  `;
  expect(await complaintsAbout(source)).toEqual([]);
});

/** @param {string} source */
async function complaintsAbout(source) {
  const file = join(folder, 'index.ts');
  await writeFile(file, source);
  return (await apiReference([{ specifier: '@ndsr/core', file }])).complaints;
}
