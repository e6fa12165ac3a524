// The demo should not require the tools of the whole workspace. It gets its own folder with the packages that it uses, as npm would
// install them, and a compiler. pnpm cannot do this: it always installs the tools at the top.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withSiblings } from './members.mjs';
import { root, step, tool } from './workspace.mjs';

/** @import { Member } from './members.mjs' */

const minute = 60_000;
const source = join(root, 'examples/demo');
const folder = join(source, '.standalone');

/** True when the whole workspace is installed, so that the demo can run in place. */
export function hasWholeWorkspace() {
  return existsSync(tool('turbo'));
}

/**
 * Creates a folder in which the demo runs.
 *
 * @param {readonly string[]} packages what the demo needs, as in package.json
 * @returns {Promise<string>} the demo's file
 */
export async function prepareStandalone(packages) {
  const members = withSiblings(packages);
  await install(members);
  for (const member of members) await compile(member);
  copyDemo();
  return join(folder, 'demo.mjs');
}

/** @param {readonly Member[]} members */
async function install(members) {
  const dependencies = { typescript: versionIn(root, 'typescript'), ...clientLibraries(members) };
  const manifest = JSON.stringify({ private: true, type: 'module', dependencies });
  const file = join(folder, 'package.json');
  if (existsSync(file) && readFileSync(file, 'utf8') === manifest) return;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  const specifiers = Object.entries(dependencies).map(([name, version]) => `${name}@${version}`);
  const args = ['install', '--prefix', folder, '--no-save', '--no-audit', '--no-fund', '--ignore-scripts'];
  await step(`Installing ${specifiers.join(', ')}`, 'npm', [...args, ...specifiers], { timeoutMs: 5 * minute });
  // Last, so that an interrupted install is repeated.
  writeFileSync(file, manifest);
}

/**
 * The external dependencies of these packages, in the versions that they name.
 *
 * @param {readonly Member[]} members
 */
function clientLibraries(members) {
  const own = new Set(members.map(({ manifest }) => manifest.name));
  const needed = members.flatMap(({ manifest }) =>
    Object.entries({ ...manifest.peerDependencies, ...manifest.dependencies }),
  );
  return Object.fromEntries(needed.filter(([name]) => !own.has(name)));
}

/**
 * @param {string} of a folder with a package.json
 * @param {string} name
 * @returns {string}
 */
function versionIn(of, name) {
  const { dependencies, devDependencies } = JSON.parse(readFileSync(join(of, 'package.json'), 'utf8'));
  return { ...devDependencies, ...dependencies }[name];
}

/**
 * Compiles without type checks, so that the types of other packages are not needed. `npm run types` checks them.
 *
 * @param {Member} member
 */
async function compile({ folder: from, manifest }) {
  const to = join(folder, 'node_modules', manifest.name);
  mkdirSync(to, { recursive: true });
  cpSync(join(from, 'package.json'), join(to, 'package.json'));
  const project = join(to, 'tsconfig.json');
  const compilerOptions = {
    ...{ rootDir: join(from, 'src'), outDir: join(to, 'dist') },
    ...{ noCheck: true, types: [], declaration: false },
  };
  const settings = { extends: join(from, 'tsconfig.build.json'), compilerOptions, include: [join(from, 'src')] };
  writeFileSync(project, JSON.stringify(settings));
  const compiler = join(folder, 'node_modules/typescript/bin/tsc');
  await step(`Building ${manifest.name}`, process.execPath, [compiler, '-p', project], { timeoutMs: 5 * minute });
}

function copyDemo() {
  const files = readdirSync(source).filter((file) => file.endsWith('.mjs'));
  for (const file of files) cpSync(join(source, file), join(folder, file));
}
