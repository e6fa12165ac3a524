import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { publishedPackages, sourceEntries } from '../members.mjs';
import { root } from '../workspace.mjs';

const folder = await mkdtemp(join(tmpdir(), 'ndsr-bundle-'));
afterAll(() => rm(folder, { recursive: true }));

const entry = (/** @type {string} */ name) => ({ types: `./dist/${name}.d.ts`, default: `./dist/${name}.js` });
const files = {
  'package.json': JSON.stringify({
    name: 'example',
    type: 'module',
    exports: { '.': entry('index'), './second': entry('second') },
    dependencies: { outside: '1.0.0' },
    devDependencies: { inside: '1.0.0' },
  }),
  'tsconfig.build.json': JSON.stringify({
    compilerOptions: {
      rootDir: 'src',
      outDir: 'dist',
      module: 'nodenext',
      target: 'es2022',
      declaration: true,
      types: [],
    },
    include: ['src'],
  }),
  'src/index.ts':
    "export { Both } from './both.js';\nimport { inside } from 'inside';\nexport const value: number = inside();\n",
  'src/second.ts':
    "export { outside } from 'outside';\nexport { Both } from './both.js';\nimport { hidden } from './hidden.js';\nexport const twice: number = hidden + hidden;\n",
  'src/both.ts': '/** In both. */\nexport class Both {}\n',
  'src/hidden.ts': 'export const hidden = 1;\n',
  'dist/gone.js': 'export const value = 0;\n',
  ...Object.fromEntries(
    ['inside', 'outside'].flatMap((name) => [
      [
        `node_modules/${name}/package.json`,
        JSON.stringify({ name, version: '1.0.0', type: 'module', exports: './index.js' }),
      ],
      [`node_modules/${name}/index.js`, `export function ${name}() {\n  return 42;\n}\n`],
      [`node_modules/${name}/index.d.ts`, `export declare function ${name}(): number;\n`],
      [`node_modules/${name}/LICENSE`, `You may use ${name}.\n`],
    ]),
  ),
};

beforeAll(async () => {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  await promisify(execFile)(process.execPath, [join(root, '.ci/bundle.mjs')], { cwd: folder });
}, 120_000);

describe('the build of a package', () => {
  it('leaves one file for each entry, one for what they share, and the declarations that users can reach', async () => {
    expect((await readdir(join(folder, 'dist'))).sort()).toEqual(
      [
        'both.d.ts',
        'index.d.ts',
        'index.js',
        'second.d.ts',
        'second.js',
        'shared.js',
        'third-party-licenses.txt',
      ].sort(),
    );
  });

  it('bundles a dependency of development, with its licence, and no other', async () => {
    expect(await readFile(join(folder, 'dist/index.js'), 'utf8')).toContain('return 42');
    expect(await readFile(join(folder, 'dist/second.js'), 'utf8')).toContain('from "outside"');
    expect(await readFile(join(folder, 'dist/third-party-licenses.txt'), 'utf8')).toBe(
      'inside 1.0.0\n\nYou may use inside.\n',
    );
  });

  it.each(publishedPackages().map(({ manifest }) => [manifest.name, manifest.scripts?.build]))(
    'is that of %s',
    (_, build) => {
      expect(build).toBe('node ../../.ci/bundle.mjs');
    },
  );
});

describe('tests and type checks read the sources of', () => {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.sources.json'), ts.sys.readFile);
  /** @type {Record<string, string[]>} */
  const paths = config.compilerOptions.paths;

  it.each(sourceEntries())('$specifier', ({ specifier, file }) => {
    expect(existsSync(file)).toBe(true);
    const general = paths['@ndsr/*']?.[0]?.replace('*', specifier.slice('@ndsr/'.length)) ?? '';
    expect(join(root, paths[specifier]?.[0] ?? general)).toBe(file);
  });
});
