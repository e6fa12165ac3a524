import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { blocksIn, pages, textOf } from '../markdown.mjs';
import { root } from '../workspace.mjs';
import { importsOf, ReadersProject } from './support/programs.mjs';

/** @import { Block } from '../markdown.mjs' */

const blocks = pages().flatMap((page) => blocksIn(page, textOf(page)));

/** Blocks whose first line names the file that they are from. */
const excerpts = blocks.filter(({ code }) => /^\/\/ (examples|packages)\//.test(code));
const programs = blocks.filter((block) => ['ts', 'js'].includes(block.language) && !excerpts.includes(block));

/** Imports with which a program can run unchanged: no server, nothing of the reader's own. */
const standAlone = programs.filter(
  ({ code, given, name }) =>
    given === '' && name === undefined && !/zookeeper/i.test(code.replaceAll(/\/\/ .*$/gm, '')),
);
const runnable = standAlone.filter((block) => importsOnly(block, /^(@ndsr\/(core|memory)|node:.*)$/));
const tests = standAlone.filter(
  (block) =>
    importsOf(block).includes('vitest') && importsOnly(block, /^(vitest|@ndsr\/(core|memory|conformance).*|node:.*)$/),
);

/** Blocks with a mistake that must be found. @type {Block[]} */
const broken = [
  brokenBlock('ts', "import { openRegistry } from '@ndsr/core';\nawait openRegistry('memory:').setNode('/a');\n"),
  brokenBlock('js', "import { MemoryStore } from '@ndsr/memory';\nnew MemoryStore().goDwon();\n"),
  brokenBlock('js', '\nconst typed: number = 1;\n'),
  { ...brokenBlock('js', '\nuse(1);\n'), given: 'declare function use(text: string): void;' },
];

/** @type {ReadersProject} */
let project;

beforeAll(async () => {
  project = await ReadersProject.create([...programs, ...broken]);
}, 180_000);
afterAll(() => project?.[Symbol.asyncDispose]());

describe('the code in the pages', () => {
  it('says in which language it is, and in one that is checked', () => {
    // py and sh: commands.test.mjs. mermaid: architecture.test.mjs. A console is a session that was recorded by a program.
    const checked = ['ts', 'js', 'json', 'py', 'sh', 'mermaid', 'console', 'text'];
    expect(
      blocks.filter(({ language }) => !checked.includes(language)).map(({ page, line }) => `${page}:${line}`),
    ).toEqual([]);
  });

  it('fits the types; and a mistake is found in its line', { timeout: 660_000 }, () => {
    const errors = project.typeErrors();
    expect(errors.filter((error) => !error.startsWith('broken.md'))).toEqual([]);
    expect(errors.map((error) => error.slice(0, 'broken.md:102'.length))).toEqual(broken.map(() => 'broken.md:102'));
  });

  it.each(runnable.map((block) => [at(block), block]))('runs: %s', { timeout: 660_000 }, async (_, block) => {
    const { stdout, stderr } = await project.run(block);
    expect(stderr).toBe('');
    const lines = stdout.split('\n').map(withoutNumbers);
    expect(lines).toEqual(expect.arrayContaining(promisedOutput(block)));
    const next = blocks[blocks.indexOf(block) + 1];
    if (next?.page === block.page && next.language === 'text') expect(stdout).toBe(next.code);
  });

  it('has tests, which pass', { timeout: 660_000 }, async () => {
    const { numTotalTests, numPassedTests, success, testResults } = await project.runTests(tests);
    expect(testResults.map((/** @type {{ message: string }} */ { message }) => message).join('')).toBe('');
    expect({ success, numPassedTests }).toEqual({ success: true, numPassedTests: numTotalTests });
    expect(testResults.length).toBe(tests.length);
  });

  it('is run where it can be: the first examples that a reader meets', () => {
    expect(runnable.map(({ page }) => page)).toEqual(expect.arrayContaining(['README.md', 'packages/core/README.md']));
    expect(tests.map(({ page }) => page)).toEqual(
      expect.arrayContaining(['docs/guide.md', 'packages/memory/README.md']),
    );
  });

  it.each([
    ['README.md', 'quickstart.mjs'],
    ['docs/guide.md', 'test/unit-test.test.ts'],
  ])('is an example, too: %s, examples/quickstart/%s', async (page, file) => {
    const code = blocks.filter((block) => block.page === page).map((block) => block.code);
    expect(code).toContain(await readFile(join(root, 'examples/quickstart', file), 'utf8'));
  });

  it.each(excerpts.map((block) => [at(block), block]))(
    'is what stands in the file that it names: %s',
    async (_, block) => {
      const [first = '', ...rest] = block.code.split('\n');
      const text = unindented(await readFile(join(root, first.slice('// '.length)), 'utf8'));
      // An ellipsis on its own line marks omitted lines.
      for (const part of rest.join('\n').split(/^\s*\/\/ …\n/m)) expect(text).toContain(unindented(part));
    },
  );

  it.each(blocks.filter(({ language }) => language === 'json').map((block) => [at(block), block]))(
    'is JSON: %s',
    (_, { code }) => {
      // An ellipsis marks further members.
      JSON.parse(code.replaceAll(/,?…/g, ''));
    },
  );
});

/** @param {Block} block */
function at({ page, line }) {
  return `${page}:${line}`;
}

/**
 * @param {Block} block
 * @param {RegExp} permitted
 */
function importsOnly(block, permitted) {
  const imports = importsOf(block);
  return imports.length > 0 && imports.every((name) => permitted.test(name));
}

/**
 * @param {string} language
 * @param {string} code with the mistake in its second line
 * @returns {Block}
 */
function brokenBlock(language, code) {
  return { page: 'broken.md', line: 101, language, code, given: '', name: undefined };
}

/**
 * The output of the program according to the page: `console.log(answer); // 42`.
 *
 * @param {Block} block
 */
function promisedOutput({ code }) {
  return [...code.matchAll(/^\s*.*console\.log\(.*\); \/\/ (.*)$/gm)].map(([, said = '']) => withoutNumbers(said));
}

/**
 * Process ids and times differ from run to run.
 *
 * @param {string} text
 */
function withoutNumbers(text) {
  return text.replaceAll(/\d+/g, '0');
}

/**
 * Removes the indentation of a block that is a complete program.
 *
 * @param {string} code
 */
function unindented(code) {
  return code.replace(/^ +/gm, '');
}
