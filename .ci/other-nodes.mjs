// Runs the fast tests on other release lines of Node, in a copy of the repository, because the native binding is compiled for one line
// and does not load in others. Node itself comes from the npm registry, headers included.
// The first argument is the release lines (`22,24,26`); the others are passed to vitest.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { copyRepository } from './copy-repository.mjs';
import { runMain, StepError, show, step } from './workspace.mjs';

const minute = 60_000;
const place = mkdtempSync(join(tmpdir(), 'ndsr-other-nodes-'));
const [, , lines = '22,24,26', ...vitestArguments] = process.argv;
const path = process.env.PATH ?? '';

await runMain(async () => {
  try {
    const copy = copyRepository(join(place, 'repository'));
    for (const line of lines.split(',')) {
      console.log(`\nNode ${line}`);
      const node = await installNode(line);
      process.env.PATH = `${join(node, 'bin')}${delimiter}${path}`;
      // The headers of that Node for node-gyp.
      process.env.npm_config_nodedir = node;
      const test = [join(copy, '.ci', 'test.mjs'), 'fast', ...vitestArguments];
      const exitCode = await show(join(node, 'bin', 'node'), test, { timeoutMs: 20 * minute });
      if (exitCode !== 0) throw new StepError(`The tests failed on Node ${line}.`, exitCode);
    }
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
});

/** @param {string} line a major version */
async function installNode(line) {
  const name = `node-linux-${process.arch}`;
  const folder = join(place, line);
  mkdirSync(folder);
  writeFileSync(join(folder, 'package.json'), '{ "private": true }');
  const args = ['install', '--prefix', folder, '--no-audit', '--no-fund', `${name}@${line}`];
  await step(`Installing Node ${line}`, 'npm', args, { timeoutMs: 5 * minute });
  return join(folder, 'node_modules', name);
}
