import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { entriesOf, publishedPackages } from '../members.mjs';
import { root, tool } from '../workspace.mjs';

const exec = promisify(execFile);

/** A name that each entry must export. @type {Record<string, string>} */
const knownExports = {
  '@ndsr/cli': 'run',
  '@ndsr/conformance': 'registrySuite',
  '@ndsr/conformance/scaffold': 'registerCases',
  '@ndsr/conformance/failure-table': 'failureTable',
  '@ndsr/core': 'ServiceRegistry',
  '@ndsr/core/backend': 'checkPath',
  '@ndsr/memory': 'MemoryServiceRegistry',
  '@ndsr/zookeeper-common': 'ZooKeeperBackend',
  '@ndsr/zookeeper-js': 'ZooKeeperJsServiceRegistry',
  '@ndsr/zookeeper-native': 'ZooKeeperNativeServiceRegistry',
  '@ndsr/zookeeper-testing': 'ZooKeeperServer',
  '@ndsr/zookeeper-testing/client-suite': 'clientSuite',
  '@ndsr/zookeeper-testing/fake': 'FakeZooKeeper',
};

/** Packages that users install in addition to ours, as links into the workspace. */
const beside = {
  commander: 'packages/cli/node_modules/commander',
  picocolors: 'packages/cli/node_modules/picocolors',
  'string-width': 'packages/cli/node_modules/string-width',
  yaml: 'packages/cli/node_modules/yaml',
  'node-zookeeper-client': 'packages/zookeeper-js/node_modules/node-zookeeper-client',
  '@types/node': 'node_modules/@types/node',
};

const packages = publishedPackages();
const specifiers = packages.flatMap(({ manifest }) => entriesOf(manifest).map(({ specifier }) => specifier));

/** A user's project with the current packages installed as if published. */
let project = '';

beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), 'ndsr-packages-'));
  for (const { folder, manifest } of packages) await unpack(folder, join(project, 'node_modules', manifest.name));
  for (const [name, place] of Object.entries(beside)) {
    const link = join(project, 'node_modules', name);
    await mkdir(dirname(link), { recursive: true });
    await symlink(await realpath(join(root, place)), link);
  }
  await writeFile(join(project, 'package.json'), '{ "type": "module" }');
}, 240_000);

afterAll(async () => {
  if (project !== '') await rm(project, { recursive: true });
});

describe('what is published', () => {
  it.each(specifiers)('%s can be imported', async (specifier) => {
    expect(await run(`import * as it from '${specifier}'; console.log(Object.keys(it).join())`, 'module')).toContain(
      knownExports[specifier],
    );
  });

  it.each(specifiers)('%s can be required', async (specifier) => {
    expect(await run(`console.log(Object.keys(require('${specifier}')).join())`, 'commonjs')).toContain(
      knownExports[specifier],
    );
  });

  it.each(packages.map(({ manifest }) => manifest.name))('%s has no file with a top-level await', async (name) => {
    const folder = join(project, 'node_modules', name, 'dist');
    const files = (await readdir(folder, { recursive: true })).filter((file) => file.endsWith('.js'));
    expect(files.length).toBeGreaterThan(0);
    // `require` of such a module throws ERR_REQUIRE_ASYNC_MODULE.
    await run(`for (const file of ${JSON.stringify(files)}) require('${folder}/' + file)`, 'commonjs');
  });

  it.each(packages.map(({ manifest }) => manifest.name))('%s brings its licence and its README', async (name) => {
    const files = await readdir(join(project, 'node_modules', name));
    expect(files).toEqual(expect.arrayContaining(['LICENSE', 'README.md']));
  });

  it.each(packages.map(({ manifest }) => manifest.name))('%s asks for versions that will exist', async (name) => {
    const manifest = await readFile(join(project, 'node_modules', name, 'package.json'), 'utf8');
    expect(manifest).not.toContain('workspace:');
  });

  it('has types that stand on their own in a strict project', { timeout: 240_000 }, async () => {
    const lines = specifiers.map((specifier, index) => `export * as entry${index} from '${specifier}';`);
    await writeFile(join(project, 'all.ts'), lines.join('\n'));
    const options = ['--strict', '--exactOptionalPropertyTypes', '--noEmit', '--skipLibCheck', 'false'];
    const target = [
      '--target',
      'es2022',
      '--module',
      'nodenext',
      '--lib',
      'es2023,esnext.disposable',
      '--types',
      'node',
    ];
    const { stdout } = await exec(tool('tsc'), [...options, ...target, 'all.ts'], { cwd: project }).catch(
      (error) => error,
    );
    expect(stdout).toBe('');
  });
});

/**
 * Packs a package for publishing and unpacks it into `place`.
 *
 * @param {string} folder
 * @param {string} place
 */
async function unpack(folder, place) {
  await mkdir(place, { recursive: true });
  const tarball = join(place, 'package.tgz');
  await exec(tool('pnpm'), ['pack', '--out', tarball], { cwd: folder, timeout: 180_000 });
  await exec('tar', ['xzf', tarball, '--strip-components=1', '-C', place]);
  await rm(tarball);
}

/**
 * Runs code in the user's project; it must end by itself.
 *
 * @param {string} code
 * @param {'module' | 'commonjs'} type
 */
async function run(code, type) {
  // Node 20 still warns about `require` of an ES module outside node_modules.
  const args = ['--disable-warning=ExperimentalWarning', `--input-type=${type}`, '-e', code];
  const { stdout, stderr } = await exec(process.execPath, args, { cwd: project, timeout: 60_000 });
  expect(stderr).toBe('');
  return stdout.trim().split(',');
}
