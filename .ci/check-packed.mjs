// Tests the packages as users get them: packed, and installed with plain npm into an empty project outside the repository. There the
// README's first example runs on each backend, `ndsr` does what docs/cli.md shows, and Jest runs tests as in docs/testing.md. A backend
// without its client library fails with a helpful message and does not affect the others.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ZooKeeperServer } from '../packages/zookeeper-testing/dist/index.js';
import { checkJest } from './jest-recipe.mjs';
import { publishedPackages } from './members.mjs';
import { nativeBuild } from './native-binding.mjs';
import { checkSessions } from './sessions.mjs';
import { execute, root, runMain, StepError, step } from './workspace.mjs';

const minute = 60_000;
const project = mkdtempSync(join(tmpdir(), 'ndsr-packed-'));
const bin = join(project, 'node_modules', '.bin');

await runMain(async () => {
  try {
    await installEverything();
    writeFileSync(join(project, 'example.mjs'), firstExample());
    await expectRun('memory:', 0, 'server2:22');
    // Nothing has been compiled so far.
    await expectRun('zookeeper-native://127.0.0.1:1', 1, 'npm rebuild zookeeper');
    await expectCommand(['--url', 'zookeeper-native://127.0.0.1:1', 'doctor'], 1, 'npm rebuild zookeeper');
    await expectCommand(['--url', 'memory:', 'lock', '/locks/a', '--', 'echo', 'with the lock'], 0, 'with the lock');
    console.log(`ndsr: ${await checkSessions(bin)} commands did as docs/cli.md says`);
    await checkJest(tarballs());
    const server = await ZooKeeperServer.start();
    try {
      await expectRun(`zookeeper://${server.address}/packed-own`, 0, 'server2:22');
      await expectRun(`zookeeper-js://${server.address}/packed`, 0, 'server2:22');
      await step('Building the native addon', 'npm', ['rebuild', '--prefix', project, 'zookeeper'], {
        timeoutMs: 3 * minute,
        env: nativeBuild,
      });
      await expectRun(`zookeeper-native://${server.address}/packed-native`, 0, 'server2:22');
      await expectCommand(['--url', `zookeeper-native://${server.address}/packed-native`, 'state'], 0, 'connected');
    } finally {
      await server.stop();
    }
  } finally {
    rmSync(project, { recursive: true, force: true });
  }
});

async function installEverything() {
  const folders = publishedPackages().map(({ folder }) => folder);
  await step('Packing', 'npm', ['pack', '--silent', '--pack-destination', project, ...folders], {
    timeoutMs: 2 * minute,
  });
  writeFileSync(join(project, 'package.json'), '{ "private": true, "type": "module" }');
  await step(
    'Installing what was packed',
    'npm',
    // Without the install script of `zookeeper`, as in projects that do not allow scripts.
    ['install', '--prefix', project, '--no-audit', '--no-fund', '--ignore-scripts', ...tarballs()],
    {
      timeoutMs: 5 * minute,
    },
  );
}

function tarballs() {
  const files = readdirSync(project).filter((file) => file.endsWith('.tgz'));
  return files.map((file) => join(project, file));
}

/** The first block of code in the README. */
function firstExample() {
  const code = /```js\n(.*?)```/s.exec(readFileSync(join(root, 'README.md'), 'utf8'))?.[1];
  if (code === undefined) throw new StepError('README.md has no example.');
  return code;
}

/**
 * @param {readonly string[]} args
 * @param {number} exitCode
 * @param {string} words what it must say
 */
async function expectCommand(args, exitCode, words) {
  const result = await execute(join(bin, 'ndsr'), args, { timeoutMs: minute, show: false });
  if (result.exitCode !== exitCode || !result.output.includes(words)) {
    throw new StepError(`The packed ndsr ${args.join(' ')} ended with ${result.exitCode} and said:\n${result.output}`);
  }
  console.log(`ndsr ${args.join(' ')}: as it should be (exit code ${exitCode})`);
}

/**
 * @param {string} url
 * @param {number} exitCode
 * @param {string} words what it must say
 */
async function expectRun(url, exitCode, words) {
  const result = await execute(process.execPath, [join(project, 'example.mjs')], {
    timeoutMs: minute,
    env: { NDSR_URL: url },
    show: false,
  });
  if (result.exitCode !== exitCode || !result.output.includes(words)) {
    throw new StepError(`On ${url} the packed example ended with ${result.exitCode} and said:\n${result.output}`);
  }
  console.log(`${url.split(':')[0]}: as it should be (exit code ${exitCode})`);
}
