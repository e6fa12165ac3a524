// The script `build` of every package that is published: bundles src/ into dist/, one file for each entry of package.json and one for what
// entries share, so that a package starts quickly and no class exists twice. TypeScript writes the declarations.
//
// Packages in `dependencies`, `peerDependencies` and `optionalDependencies` are imported at run time. One in `devDependencies` that src/
// imports is bundled, and its licence is added to dist/third-party-licenses.txt. See docs/decisions/0020-bundled-packages.md.
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { cwd } from 'node:process';
import { rolldown } from 'rolldown';
import ts from 'typescript';
import { entriesOf } from './members.mjs';
import { execute, runMain, StepError, tool } from './workspace.mjs';

/** @import { Manifest } from './members.mjs' */
/** @import { OutputChunk } from 'rolldown' */

const folder = cwd();
const target = join(folder, 'dist');
/** @type {Manifest} */
const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));

await runMain(async () => {
  rmSync(target, { recursive: true, force: true });
  await writeDeclarations();
  writeLicenses(await bundle([...publicEntries(), ...entriesOfPrograms()]));
});

/** @returns {string[]} the modules of `exports`, as paths in src/ and dist/ without an extension */
function publicEntries() {
  return entriesOf(manifest).map(({ target: { default: file = '' } }) => moduleOf(file));
}

/** @returns {string[]} the modules that the programs in bin/ import, in the same form */
function entriesOfPrograms() {
  if (manifest.bin === undefined) return [];
  const programs = readdirSync(join(folder, 'bin')).map((file) => readFileSync(join(folder, 'bin', file), 'utf8'));
  const imported = programs.flatMap((text) => [...text.matchAll(/'\.\.\/(dist\/[^']+)'/g)]);
  return imported.map(([, file = '']) => moduleOf(`./${file}`));
}

/** @param {string} file such as `./dist/index.js` */
function moduleOf(file) {
  const [, module] = /^\.\/dist\/(.*)\.js$/.exec(file) ?? [];
  if (module === undefined) throw new StepError(`${manifest.name}: ${file} is not in dist/.`);
  return module;
}

/** Only those that a public entry refers to: users can reach no other types. */
async function writeDeclarations() {
  const place = mkdtempSync(join(tmpdir(), 'ndsr-declarations-'));
  try {
    const args = ['-p', 'tsconfig.build.json', '--emitDeclarationOnly', '--outDir', place];
    const { exitCode, output } = await execute(tool('tsc'), args, { timeoutMs: 5 * 60_000, show: false, cwd: folder });
    if (exitCode !== 0) throw new StepError(output);
    for (const file of reachableFrom(publicEntries().map((module) => join(place, `${module}.d.ts`)))) {
      cpSync(file, join(target, relative(place, file)));
    }
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

/** @param {readonly string[]} declarations */
function reachableFrom(declarations) {
  const reachable = new Set(declarations);
  for (const file of reachable) {
    const { importedFiles } = ts.preProcessFile(readFileSync(file, 'utf8'));
    const own = importedFiles.filter(({ fileName }) => fileName.startsWith('.'));
    for (const { fileName } of own) reachable.add(join(dirname(file), fileName.replace(/\.js$/, '.d.ts')));
  }
  return reachable;
}

/** @param {readonly string[]} entries */
async function bundle(entries) {
  const build = await rolldown({
    cwd: folder,
    input: Object.fromEntries(entries.map((module) => [module, join(folder, 'src', `${module}.ts`)])),
    external: isExternal,
    platform: 'node',
    // For Node, yaml offers CommonJS only, of which nothing can be left out.
    resolve: { alias: { yaml: join(folder, 'node_modules/yaml/browser/index.js') } },
    tsconfig: join(folder, 'tsconfig.build.json'),
    transform: { target: 'es2022' },
    // As our own package.json says, and true for what we bundle, which does not say so.
    treeshake: { moduleSideEffects: false },
    onLog: (level, { message }) => {
      if (level === 'warn') throw new StepError(`${manifest.name}: ${message}`);
    },
  });
  const { output } = await build.write({
    dir: target,
    entryFileNames: '[name].js',
    // All in dist/ itself: a module finds the package one folder above it, wherever it ends up.
    chunkFileNames: ({ isDynamicEntry }) =>
      isDynamicEntry || publicEntries().length === 1 ? '[name].js' : 'shared.js',
    minifyInternalExports: false,
  });
  return output.filter((each) => each.type === 'chunk');
}

/** @param {string} id */
function isExternal(id) {
  const { dependencies, peerDependencies, optionalDependencies } = manifest;
  const atRunTime = Object.keys({ ...dependencies, ...peerDependencies, ...optionalDependencies });
  // Ours in any case: with a copy in the bundle its classes would exist twice.
  return isBuiltin(id) || id.startsWith('@ndsr/') || atRunTime.some((name) => id === name || id.startsWith(`${name}/`));
}

/**
 * The licences of bundled packages require that their text is passed on.
 *
 * @param {readonly OutputChunk[]} chunks
 */
function writeLicenses(chunks) {
  const modules = chunks.flatMap((chunk) => chunk.moduleIds);
  const places = new Set(modules.flatMap((id) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(id)?.[0] ?? []));
  if (places.size === 0) return;
  writeFileSync(join(target, 'third-party-licenses.txt'), [...places].map(licenseOf).sort().join('\n\n'));
}

/** @param {string} place the folder of a package */
function licenseOf(place) {
  const { name, version } = JSON.parse(readFileSync(join(place, 'package.json'), 'utf8'));
  const file = readdirSync(place).find((each) => /^licen[cs]e/i.test(each));
  if (file === undefined) throw new StepError(`${name} has no licence to pass on.`);
  return `${name} ${version}\n\n${readFileSync(join(place, file), 'utf8').trim()}\n`;
}
