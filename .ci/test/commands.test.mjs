import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { blocksIn, indentedLinesIn, pages, textOf } from '../markdown.mjs';
import { packages } from '../members.mjs';
import { execute, root } from '../workspace.mjs';

const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const members = packages();
const installable = [
  ...['node-zookeeper-client', 'zookeeper', 'typescript', 'vitest'],
  ...['jest@30', 'babel-jest@30', '@babel/preset-env@7', 'ts-jest@29'],
];
const { NDSR_PYTHON: chosen } = process.env;
const tools = ['biome', 'changeset', 'tsc', 'turbo'];
const projects = [...members.map(({ name }) => name), 'ci'];

/** Finds the problem of a command, by its first word. @type {Record<string, (words: readonly string[]) => string | undefined>} */
const checks = {
  npm: ([verb = '', ...rest]) => {
    const names = rest.filter((word) => !word.startsWith('-'));
    if (verb === 'run') return Object.hasOwn(scripts, names[0] ?? '') ? undefined : `no script ${names[0]}`;
    if (verb === 'install') return names.find((name) => !isInstallable(name));
    return ['test', 'rebuild', 'install-scripts', 'init'].includes(verb) ? undefined : `npm ${verb}?`;
  },
  npx: ([tool = '', ...rest]) => {
    if (tool !== 'vitest') return tools.includes(tool) || isInstallable(tool) ? undefined : `npx ${tool}?`;
    const project = rest[rest.indexOf('--project') + 1];
    return projects.includes(project ?? '') ? undefined : `no project ${project}`;
  },
  node: ([file = '']) => (file.includes('/') ? missing(file) : undefined),
  // .ci/sessions.mjs compares its output with docs/cli.md.
  ndsr: () => undefined,
  git: () => undefined,
  install: () => undefined,
  cd: () => undefined,
  '.ci/run': () => missing('.ci/run'),
};

describe('the commands in the pages', () => {
  const lines = pages().flatMap((page) => {
    const markdown = textOf(page);
    const blocks = blocksIn(page, markdown).filter(({ language }) => language === 'sh');
    const fenced = blocks.flatMap(({ code }) => code.split('\n').filter((line) => /^[^#\s]/.test(line)));
    const indented = indentedLinesIn(markdown).filter((line) => Object.hasOwn(checks, firstWord(line)));
    return [...fenced, ...indented].map((line) => ({ page, line }));
  });

  it('are found', () => {
    expect(lines).toContainEqual({ page: 'README.md', line: 'npm install @ndsr/core @ndsr/memory @ndsr/zookeeper-js' });
    expect(lines.length).toBeGreaterThan(10);
  });

  it.each(lines)('can be given: $page: $line', ({ line }) => {
    expect(complaint(line)).toBeUndefined();
  });

  it.each([
    ['npm run tset', 'no script tset'],
    ['npm install @ndsr/cor', '@ndsr/cor'],
    ['npx vitest run --project koore', 'no project koore'],
    ['node examples/nothing.mjs', 'no file examples/nothing.mjs'],
    ['nmp test', 'what is nmp?'],
  ])('would be complained of: %s', (line, words) => {
    expect(complaint(line)).toBe(words);
  });
});

describe('the Python in the pages', () => {
  const blocks = pages().flatMap((page) => blocksIn(page, textOf(page)).filter(({ language }) => language === 'py'));

  it.each(blocks)('can be parsed: $page:$line', async ({ code }) => {
    const parse = ['-c', 'import ast, sys; ast.parse(sys.argv[1])', code];
    const { exitCode, output } = await execute(chosen || 'python3', parse, {
      timeoutMs: 60_000,
      show: false,
    });
    expect({ exitCode, output }).toEqual({ exitCode: 0, output: '' });
  });
});

/** @param {string} line */
function complaint(line) {
  const [first = '', ...words] = line
    .replace(/ {2,}.*| #.*/, '')
    .split(' ')
    .filter((word) => !/^\w+=/.test(word));
  const check = Object.hasOwn(checks, first) ? checks[first] : undefined;
  return check === undefined ? `what is ${first}?` : check(words);
}

/** @param {string} line */
function firstWord(line) {
  return line.split(' ').find((word) => !/^\w+=/.test(word)) ?? '';
}

/** @param {string} name */
function isInstallable(name) {
  return (
    installable.includes(name) || members.some(({ manifest }) => manifest.name === name && manifest.private !== true)
  );
}

/** @param {string} file */
function missing(file) {
  return existsSync(join(root, file)) ? undefined : `no file ${file}`;
}
