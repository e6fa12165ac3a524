// Follows the recipe for Jest in docs/testing.md exactly, on the release lines of Node that users have.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { blocksIn, textOf } from './markdown.mjs';
import { execute, StepError, step } from './workspace.mjs';

const minute = 60_000;
const page = 'docs/testing.md';
const lines = ['20', '22', '24'];
const vmModules = { NODE_OPTIONS: '--experimental-vm-modules' };

/** The reader's own tools, in addition to those named on the page. */
const tools = ['ts-jest@29', 'typescript@5.9', '@types/jest@30', '@types/node@20', 'node-zookeeper-client'];

/** A test in TypeScript that opens a registry by name and by URL, and checks one of our errors. */
const typedTest = `import { NoConnectionError, openRegistry } from '@ndsr/core';
import { MemoryStore } from '@ndsr/memory';
test('in TypeScript', async () => {
  const registry = await openRegistry({ url: 'memory:jest', logger: { debug() {}, info() {}, warn() {}, error() {} } });
  const written: boolean = await registry.setNode('/services/web/a');
  expect(written).toBe(true);
  await MemoryStore.named('jest').goDown();
  await expect(registry.setNode('/services/web/b')).rejects.toBeInstanceOf(NoConnectionError);
  await MemoryStore.named('jest').comeBack();
  await registry.stop();
});
`;

const moduleTest = `import { openRegistry } from '@ndsr/core';
import { MemoryServiceRegistry } from '@ndsr/memory';
test('an ES module', async () => {
  const registry = await openRegistry('memory:');
  expect(registry).toBeInstanceOf(MemoryServiceRegistry);
  expect(await registry.setNode('/services/web/a')).toBe(true);
  await registry.stop();
});
`;

/**
 * @param {readonly string[]} tarballs the packages, packed
 * @param {readonly string[]} [nodes] lines of Node
 */
export async function checkJest(tarballs, nodes = lines) {
  const project = mkdtempSync(join(tmpdir(), 'ndsr-jest-'));
  try {
    writeProject(project);
    await install(project, tarballs, nodes);
    for (const line of nodes) {
      await run(project, line, 'commonjs');
      await run(project, line, 'modules', vmModules);
      if (Number(line) >= 24) await run(project, line, 'unconfigured', vmModules);
    }
  } finally {
    rmSync(project, { recursive: true, force: true });
  }
}

/** @param {string} project */
function writeProject(project) {
  const test = blockWith("require('@ndsr/memory')");
  const folders = {
    '.': { 'package.json': '{ "private": true }' },
    commonjs: {
      'jest-esm.js': blockWith('createTransformer'),
      'jest.config.js': blockWith('transformIgnorePatterns'),
      'tsconfig.json': blockWith('isolatedModules'),
      'configuration.test.js': test,
      'typed.test.ts': typedTest,
    },
    modules: {
      'package.json': '{ "type": "module", "jest": { "transform": {} } }',
      'module.test.js': moduleTest,
    },
    unconfigured: { 'package.json': '{}', 'configuration.test.js': test },
  };
  for (const [folder, files] of Object.entries(folders)) {
    mkdirSync(join(project, folder), { recursive: true });
    for (const [name, text] of Object.entries(files)) writeFileSync(join(project, folder, name), text);
  }
}

/**
 * @param {string} project
 * @param {readonly string[]} tarballs
 * @param {readonly string[]} nodes
 */
async function install(project, tarballs, nodes) {
  const [, named = ''] = /^ {4}npm install --save-dev (jest@.*)$/m.exec(textOf(page)) ?? [];
  if (named === '') throw new StepError(`${page} does not say how to install Jest.`);
  const builds = nodes.map((line) => `node${line}@npm:node-linux-${process.arch}@${line}`);
  const packages = [...named.split(' '), ...tools, ...builds, ...tarballs];
  const args = ['install', '--prefix', project, '--no-audit', '--no-fund', '--ignore-scripts', ...packages];
  await step('Installing Jest', 'npm', args, { timeoutMs: 5 * minute });
}

/**
 * @param {string} project
 * @param {string} line of Node
 * @param {string} folder
 * @param {Record<string, string>} [env]
 */
async function run(project, line, folder, env = {}) {
  const node = join(project, 'node_modules', `node${line}`, 'bin/node');
  const args = [join(project, 'node_modules/jest/bin/jest.js'), '--rootDir', join(project, folder)];
  const options = { timeoutMs: 3 * minute, show: false, env, cwd: join(project, folder) };
  const { exitCode, output } = await execute(node, args, options);
  if (exitCode !== 0) throw new StepError(`Jest on Node ${line} (${folder}) ended with ${exitCode}:\n${output}`);
  console.log(`Jest on Node ${line} (${folder}): as ${page} says`);
}

/** @param {string} words in the code of the page's block that is meant */
function blockWith(words) {
  const found = blocksIn(page, textOf(page)).filter(({ code }) => code.includes(words));
  if (found[0] === undefined || found.length > 1) throw new StepError(`${page}: ${found.length} blocks with ${words}`);
  return found[0].code;
}
