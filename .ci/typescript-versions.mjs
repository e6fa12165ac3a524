// Type-checks every entry of the packages, as they are published, with each supported version of TypeScript: in strict projects, with the
// module resolution of Node and of bundlers. TypeScript comes from the npm registry.
// The arguments are versions: node .ci/typescript-versions.mjs 5.6 7.0. Without any: all that docs/supported-versions.md names.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { argv, execPath } from 'node:process';
import { entriesOf, publishedPackages } from './members.mjs';
import { createPackedProject } from './packed-project.mjs';
import { execute, runMain, StepError, step } from './workspace.mjs';

const minute = 60_000;
const all = ['5.6', '5.7', '5.8', '5.9', '6.0', '7.0'];
const versions = argv.length > 2 ? argv.slice(2) : all;
const tools = mkdtempSync(join(tmpdir(), 'ndsr-typescript-'));

const strict = {
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noPropertyAccessFromIndexSignature: true,
  verbatimModuleSyntax: true,
  // The declarations are what is checked.
  skipLibCheck: false,
  noEmit: true,
  target: 'es2022',
  lib: ['es2023', 'esnext.disposable'],
  types: ['node'],
};
/** @type {Readonly<Record<string, object>>} by name: compiler options and files */
const projects = {
  node: { compilerOptions: { ...strict, module: 'nodenext' }, files: ['all.mts'] },
  bundler: { compilerOptions: { ...strict, module: 'esnext', moduleResolution: 'bundler' }, files: ['all.mts'] },
  // Before 5.8 TypeScript refuses to require an ES module.
  require: { compilerOptions: { ...strict, module: 'nodenext' }, files: ['all.cts'] },
};

await runMain(async () => {
  const project = await createPackedProject();
  try {
    const packages = versions.map((version) => `typescript-${version}@npm:typescript@${version}`);
    const args = ['install', '--prefix', tools, '--no-audit', '--no-fund', ...packages];
    writeFileSync(join(tools, 'package.json'), '{ "private": true }');
    await step(`Installing TypeScript ${versions.join(', ')}`, 'npm', args, { timeoutMs: 5 * minute });
    writeProjects(project);
    for (const version of versions) for (const name of Object.keys(projects)) await check(project, version, name);
  } finally {
    rmSync(project, { recursive: true, force: true });
    rmSync(tools, { recursive: true, force: true });
  }
});

/** @param {string} project */
function writeProjects(project) {
  const specifiers = publishedPackages().flatMap(({ manifest }) => entriesOf(manifest).map((entry) => entry.specifier));
  const imports = specifiers.map((specifier, index) => `export * as entry${index} from '${specifier}';\n`);
  const requires = specifiers.map((specifier, index) => `import entry${index} = require('${specifier}');\n`);
  const uses = specifiers.map((_, index) => `entry${index}`);
  writeFileSync(join(project, 'all.mts'), imports.join(''));
  writeFileSync(join(project, 'all.cts'), `${requires.join('')}export = [${uses.join(', ')}];\n`);
  for (const [name, settings] of Object.entries(projects)) {
    writeFileSync(join(project, `tsconfig.${name}.json`), JSON.stringify(settings));
  }
}

/**
 * @param {string} project
 * @param {string} version of TypeScript
 * @param {string} name of a project
 */
async function check(project, version, name) {
  if (name === 'require' && ['5.6', '5.7'].includes(version)) return;
  const place = join(tools, 'node_modules', `typescript-${version}`);
  const { version: exact, bin } = JSON.parse(readFileSync(join(place, 'package.json'), 'utf8'));
  const compiler = [join(place, bin.tsc), '-p', join(project, `tsconfig.${name}.json`)];
  const { exitCode, output } = await execute(execPath, compiler, { timeoutMs: 3 * minute, show: false, cwd: project });
  if (exitCode !== 0) throw new StepError(`TypeScript ${exact}, ${name}:\n${output}`);
  console.log(`TypeScript ${exact}, ${name}: no errors`);
}
