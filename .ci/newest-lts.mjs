// All tests once more on the newest LTS line of Node, in a copy of the repository: the native binding is compiled for one
// line and loads in no other. Node itself comes from the npm registry, headers included.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { root, runMain, StepError, show, step } from './workspace.mjs';

const newestLts = 24;
const minute = 60_000;
const place = mkdtempSync(join(tmpdir(), 'ndsr-newest-lts-'));

await runMain(async () => {
  try {
    const node = await installNode();
    const copy = copyRepository();
    process.env.PATH = `${join(node, 'bin')}${delimiter}${process.env.PATH ?? ''}`;
    // Where node-gyp finds the headers of that very Node.
    process.env.npm_config_nodedir = node;
    const exitCode = await show(join(node, 'bin', 'node'), [join(copy, '.ci', 'test.mjs'), ...process.argv.slice(2)], {
      timeoutMs: 20 * minute,
    });
    if (exitCode !== 0) throw new StepError(`The tests failed on Node ${newestLts}.`, exitCode);
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
});

async function installNode() {
  const name = `node-linux-${process.arch}`;
  writeFileSync(join(place, 'package.json'), '{ "private": true }');
  const args = ['install', '--prefix', place, '--no-audit', '--no-fund', `${name}@${newestLts}`];
  await step(`Installing Node ${newestLts}`, 'npm', args, { timeoutMs: 5 * minute });
  return join(place, 'node_modules', name);
}

/** What git knows, and what it would take: the work tree without what was installed and built. */
function copyRepository() {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
  });
  const copy = join(place, 'repository');
  for (const file of new Set(listed.split('\0'))) {
    if (file !== '') cpSync(join(root, file), join(copy, file), { recursive: true });
  }
  return copy;
}
