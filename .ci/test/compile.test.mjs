import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, it } from 'vitest';
import { publishedPackages } from '../members.mjs';
import { root } from '../workspace.mjs';

const folder = await mkdtemp(join(tmpdir(), 'ndsr-compile-'));
afterAll(() => rm(folder, { recursive: true }));

it('removes what an earlier build left of sources that are gone', async () => {
  await mkdir(join(folder, 'src'));
  await mkdir(join(folder, 'dist'));
  await writeFile(join(folder, 'src/new.ts'), 'export const value = 1;\n');
  await writeFile(join(folder, 'dist/gone.js'), 'export const value = 0;\n');
  const compilerOptions = { rootDir: 'src', outDir: 'dist', module: 'nodenext', types: [] };
  await writeFile(join(folder, 'tsconfig.build.json'), JSON.stringify({ compilerOptions, include: ['src'] }));
  await promisify(execFile)(process.execPath, [join(root, '.ci/compile.mjs')], { cwd: folder });
  expect(await readdir(join(folder, 'dist'))).toEqual(['new.js']);
});

it.each(publishedPackages().map(({ manifest }) => [manifest.name, manifest.scripts?.build]))(
  'builds %s',
  (_name, build) => {
    expect(build).toBe('node ../../.ci/compile.mjs');
  },
);
