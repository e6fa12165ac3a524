// Prints figures about the structure of a checkout, to compare before and after: node .ci/structure.mjs [FOLDER]
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { argv } from 'node:process';
import ts from 'typescript';
import { root } from './workspace.mjs';

/** @typedef {{ readonly path: string, readonly text: string }} Source a file, named from the checkout on */
/** @typedef {{ readonly from: string, readonly to: string }} Import one relative import, both ends named from the checkout on */

const checkout = resolve(argv[2] ?? root);
const folders = ['.ci', 'examples', 'packages'];
/** Names that several packages export because a contract requires them: the descriptor of a backend, the command of a guard. */
const contractNames = new Set(['backend']);

const everything = folders.flatMap((folder) => sources(folder));
const packages = readdirSync(join(checkout, 'packages')).map((name) => ({ name, manifest: manifest(name) }));
const published = packages.filter((each) => each.manifest.private !== true).map(({ name }) => name);
const shipped = everything.filter(({ path }) => published.some((name) => path.startsWith(`packages/${name}/src/`)));
const shippedImports = shipped.flatMap(importsOf);

/** @type {[string, unknown][]} */
const figures = [
  ['files shipped', shipped.length],
  ['lines shipped', lines(shipped)],
  ['lines of test tooling', lines(everything.filter(isTestTooling))],
  ['imports into the tests of another package', everything.flatMap(importsOf).filter(isIntoOthersTests).length],
  ['names exported from two shipped files', twiceExported().join(', ') || 'none'],
  ['shipped files over 300 lines', named(shipped.filter(({ text }) => countLines(text) > 300))],
  ['shipped files under 25 lines', shipped.filter(({ text }) => countLines(text) < 25).length],
  ['of these with one importer', shipped.filter(isTinyPartOfOne).length],
  ['pairs of folders that import each other', mutualFolders().join(', ') || 'none'],
  ['comments that open with What, Who or Whether', everything.reduce((sum, { text }) => sum + openings(text), 0)],
];
for (const [what, figure] of figures) console.log(`${what.padEnd(46)} ${figure}`);
for (const name of published) console.log(`${`packed: ${name}`.padEnd(46)} ${packed(name)}`);

/** @param {string} folder @returns {Source[]} */
function sources(folder) {
  return readdirSync(join(checkout, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return /^(node_modules|dist|\.turbo|api)$/.test(entry.name) ? [] : sources(path);
    return /\.(ts|mts|mjs|js|cjs)$/.test(entry.name)
      ? [{ path, text: readFileSync(join(checkout, path), 'utf8') }]
      : [];
  });
}

/** @param {string} name */
function manifest(name) {
  return JSON.parse(readFileSync(join(checkout, 'packages', name, 'package.json'), 'utf8'));
}

/** @param {string} text */
function countLines(text) {
  return text.split('\n').length - 1;
}

/** @param {readonly Source[]} files */
function lines(files) {
  return files.reduce((sum, { text }) => sum + countLines(text), 0);
}

/** @param {readonly Source[]} files */
function named(files) {
  return files.map(({ path, text }) => `${basename(path)} ${countLines(text)}`).join(', ') || 'none';
}

/** True for code that only tests use and that is not a test itself. @param {Source} source */
function isTestTooling({ path }) {
  if (/\.(test|test-d)\.m?ts$|\.test\.mjs$/.test(path)) return false;
  return (
    /^packages\/[^/]+\/test\//.test(path) ||
    /^packages\/(conformance|zookeeper-testing|test-support|chaos)\//.test(path) ||
    path.startsWith('packages/zookeeper-common/src/testing/')
  );
}

/** @param {Source} source @returns {Import[]} */
function importsOf({ path, text }) {
  return [...text.matchAll(/(?:from|import\() ?'(\.[^']+)'/g)].map(([, to = '']) => ({
    from: path,
    to: relative(checkout, resolve(checkout, dirname(path), to)).replace(/\.js$/, '.ts'),
  }));
}

/** @param {Import} one */
function isIntoOthersTests({ from, to }) {
  const [, here] = from.split('/');
  const [first, there, third] = to.split('/');
  return first === 'packages' && here !== there && (third === 'test' || third === 'src');
}

function twiceExported() {
  /** @type {Map<string, Set<string>>} */
  const places = new Map();
  for (const { path, text } of shipped) {
    for (const name of exportsOf(path, text)) places.set(name, (places.get(name) ?? new Set()).add(path));
  }
  return [...places].filter(([name, { size }]) => size > 1 && !contractNames.has(name)).map(([name]) => name);
}

/** @param {string} path @param {string} text @returns {string[]} the names that are declared there and exported */
function exportsOf(path, text) {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest);
  return file.statements.flatMap((statement) => {
    const flags = ts.canHaveModifiers(statement) ? ts.getModifiers(statement) : undefined;
    if (!flags?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)) return [];
    if (ts.isVariableStatement(statement)) {
      return statement.declarationList.declarations.flatMap(({ name }) => (ts.isIdentifier(name) ? [name.text] : []));
    }
    const declared = /** @type {import('typescript').DeclarationStatement} */ (statement).name;
    return declared !== undefined && ts.isIdentifier(declared) ? [declared.text] : [];
  });
}

/** @param {Source} source */
function isTinyPartOfOne({ path, text }) {
  return (
    countLines(text) < 25 && new Set(shippedImports.filter(({ to }) => to === path).map(({ from }) => from)).size === 1
  );
}

function mutualFolders() {
  const arrows = new Set(shippedImports.map(({ from, to }) => `${dirname(from)} ${dirname(to)}`));
  return [...arrows].filter((arrow) => {
    const [from = '', to = ''] = arrow.split(' ');
    return from < to && arrows.has(`${to} ${from}`);
  });
}

/** @param {string} text */
function openings(text) {
  return [...text.matchAll(/(?:\/\*\*|\/\/)\s+(?:\*\s+)?(?:What|Who|Whose|Whoever|Whatever|Whether)\b/g)].length;
}

/** @param {string} name */
function packed(name) {
  const folder = join(checkout, 'packages', name);
  if (!existsSync(join(folder, 'dist'))) return 'not built';
  const [one] = JSON.parse(execFileSync('npm', ['pack', '--dry-run', '--json'], { cwd: folder, encoding: 'utf8' }));
  return `${one.entryCount} files, ${one.unpackedSize} bytes`;
}
