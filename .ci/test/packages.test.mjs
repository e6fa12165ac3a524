import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { entriesOf, publishedPackages } from '../members.mjs';
import { createPackedProject, exampleRepository, folderOf } from '../packed-project.mjs';
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
  '@ndsr/zookeeper': 'ZooKeeperServiceRegistry',
  '@ndsr/zookeeper-common': 'ZooKeeperBackend',
  '@ndsr/zookeeper-js': 'ZooKeeperJsServiceRegistry',
  '@ndsr/zookeeper-native': 'ZooKeeperNativeServiceRegistry',
  '@ndsr/zookeeper-testing': 'ZooKeeperServer',
  '@ndsr/zookeeper-testing/client-suite': 'clientSuite',
  '@ndsr/zookeeper-testing/fake': 'FakeZooKeeper',
  '@ndsr/zookeeper-testing/fixtures': 'openRealClients',
};

const packages = publishedPackages();
const specifiers = packages.flatMap(({ manifest }) => entriesOf(manifest).map(({ specifier }) => specifier));

/** A user's project with the current packages installed as if published. */
let project = '';

beforeAll(async () => {
  project = await createPackedProject();
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

  it.each(packages)(
    '$manifest.name says where it comes from, and asks for what is published',
    async ({ name, manifest }) => {
      const published = JSON.parse(await textOf(manifest.name, 'package.json'));
      expect(published).toMatchObject({
        repository: { type: 'git', url: `git+${exampleRepository}.git`, directory: `packages/${name}` },
        homepage: `${exampleRepository}/tree/main/packages/${name}#readme`,
        bugs: `${exampleRepository}/issues`,
      });
      expect(published).not.toHaveProperty('devDependencies');
      expect(published).not.toHaveProperty('scripts');
      expect(JSON.stringify(published)).not.toContain('workspace:');
    },
  );

  it.each(packages.map(({ manifest }) => manifest.name))('%s has a README whose links work on npm', async (name) => {
    const readme = await textOf(name, 'README.md');
    const links = [...readme.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
    expect(links.filter((link) => !/^(https:\/\/|#)/.test(link))).toEqual([]);
    const ours = links.filter((link) => link.startsWith(exampleRepository));
    const paths = ours.map((link) => link.slice(exampleRepository.length).replace(/^\/(?:blob|raw)\/main\/|#.*$/g, ''));
    expect(paths.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  it.each(packages.map(({ manifest }) => manifest.name))('%s has no sources, maps or other files', async (name) => {
    const expected =
      /^(package\.json|LICENSE|README\.md|CHANGELOG\.md|bin\/[\w-]+\.js|dist\/.*\.(js|d\.ts)|dist\/third-party-licenses\.txt)$/;
    const files = await filesOf(name);
    expect(files.filter((file) => !expected.test(file))).toEqual([]);
    for (const file of files.filter((each) => each.endsWith('.js'))) {
      expect(await textOf(name, file), file).not.toContain('sourceMappingURL');
    }
  });

  it.each(packages.map(({ manifest }) => manifest.name))('%s has each class once, under its own name', async (name) => {
    const files = (await filesOf(name)).filter((file) => file.endsWith('.js'));
    const code = await Promise.all(files.map((file) => textOf(name, file)));
    const classes = code.flatMap((text) => [...text.matchAll(/^(?:class|var (?=\S+ = class\b)) ?([\w$]+)/gm)]);
    const names = classes.map(([, each = '']) => each);
    expect(names.length).toBeGreaterThan(0);
    // A bundler renames the second of two.
    expect(names.filter((each, index) => each.includes('$') || names.indexOf(each) !== index)).toEqual([]);
  });

  it('has one object for each name of @ndsr/core, also from /backend, and with require', async () => {
    const code = `
      import { createRequire } from 'node:module';
      import * as core from '@ndsr/core';
      import * as backend from '@ndsr/core/backend';
      const require = createRequire('${project}/index.js');
      const all = [core, backend, require('@ndsr/core'), require('@ndsr/core/backend')];
      const shared = Object.keys(core).filter((name) => name in backend);
      const different = shared.filter((name) => new Set(all.map((each) => each[name])).size > 1);
      console.log(shared.includes('ServiceRegistryError') + ',' + different.length);`;
    expect(await run(code, 'module')).toEqual(['true', '0']);
  });

  it.each(['module', 'commonjs'])('has backends that extend the class of @ndsr/core (%s)', async (type) => {
    const get = (/** @type {string} */ name) => (type === 'module' ? `await import('${name}')` : `require('${name}')`);
    const code = `
      const { ServiceRegistry } = ${get('@ndsr/core')};
      const classes = [(${get('@ndsr/memory')}).MemoryServiceRegistry, (${get('@ndsr/zookeeper-js')}).ZooKeeperJsServiceRegistry];
      console.log(classes.map((each) => each.prototype instanceof ServiceRegistry).join());`;
    expect(await run(code, /** @type {'module' | 'commonjs'} */ (type))).toEqual(['true', 'true']);
  });

  it('has stack traces that name functions, and lines that can be read', async () => {
    const code =
      "import { openRegistry } from '@ndsr/core'; await openRegistry('x:').catch((e) => console.log(e.stack))";
    const stack = (await run(code, 'module')).join();
    const [, name, file = '', line] =
      /at (?:async )?([\w.]+) \(file:\/\/(\S+\/@ndsr\/core\/dist\/\w+\.js):(\d+):\d+\)/.exec(stack) ?? [];
    expect(name).toBe('loadBackend');
    const lines = (await readFile(file, 'utf8')).split('\n');
    expect(lines[Number(line) - 1]).toContain('throw ');
    expect(lines.length).toBeGreaterThan(1_000);
  });

  it('is small: @ndsr/core with a ZooKeeper backend', async () => {
    const names = ['@ndsr/core', '@ndsr/zookeeper-common', '@ndsr/zookeeper-js'];
    const sizes = await Promise.all(
      names.flatMap(async (name) => {
        const files = await filesOf(name);
        const stats = await Promise.all(files.map((file) => stat(join(folderOf(project, name), file))));
        return stats.reduce((sum, { size }) => sum + size, 0);
      }),
    );
    expect(sizes.reduce((sum, size) => sum + size)).toBeLessThan(1_500_000);
  });

  it('brings the licences of what is bundled', async () => {
    const text = await textOf('@ndsr/cli', 'dist/third-party-licenses.txt');
    for (const name of ['commander', 'yaml', 'picocolors', 'string-width'])
      expect(text).toMatch(new RegExp(`^${name} \\d`, 'm'));
  });

  it('keeps docstrings in the declarations', async () => {
    expect(await textOf('@ndsr/core', 'dist/service-registry.d.ts')).toMatch(/\*\/\s+setNode[<(]/);
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

/** @param {string} name of a package */
async function filesOf(name) {
  const entries = await readdir(folderOf(project, name), { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return files.map((entry) => join(entry.parentPath, entry.name).slice(folderOf(project, name).length + 1));
}

/**
 * @param {string} name of a package
 * @param {string} file
 */
function textOf(name, file) {
  return readFile(join(folderOf(project, name), file), 'utf8');
}
