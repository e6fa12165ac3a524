import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import ts from 'typescript';
import { publishedPackages } from '../../members.mjs';
import { root, tool } from '../../workspace.mjs';

/** @import { Block } from '../../markdown.mjs' */

const exec = promisify(execFile);
const timeout = 600_000;

/** A reader's project outside of the repository, with our packages installed and every program as a file. */
export class ReadersProject {
  /** @type {string} */
  #folder;

  /** The block of each file. @type {Map<string, Block>} */
  #blocks = new Map();

  /** @param {string} folder */
  constructor(folder) {
    this.#folder = folder;
  }

  /** @param {readonly Block[]} blocks */
  static async create(blocks) {
    const project = new ReadersProject(await mkdtemp(join(tmpdir(), 'ndsr-pages-')));
    await project.#install();
    for (const [index, block] of blocks.entries()) await project.#add(block, index);
    await project.#write('readers-own.d.ts', blocks.map(othersFiles).join(''));
    return project;
  }

  /** Compiler errors for all programs, in a strict project: one line each. */
  typeErrors() {
    const config = ts.readConfigFile(join(root, 'tsconfig.base.json'), ts.sys.readFile).config;
    const own = { noEmit: true, allowJs: true, checkJs: true, noUnusedLocals: false, noUnusedParameters: false };
    const { options } = ts.convertCompilerOptionsFromJson({ ...config.compilerOptions, ...own }, this.#folder);
    const files = [...this.#blocks.keys(), join(this.#folder, 'readers-own.d.ts')];
    return ts.getPreEmitDiagnostics(ts.createProgram(files, options)).map((diagnostic) => this.#describe(diagnostic));
  }

  /**
   * Runs a program with Node. It must end by itself, or, for a long-running program, at SIGTERM after its first line.
   *
   * @param {Block} block
   */
  async run(block) {
    const file = join(dirname(this.#fileOf(block)), `run-${block.line}.js`);
    await writeFile(file, ts.transpileModule(block.code, { compilerOptions: runnable }).outputText);
    const { NDSR_URL: _, ...env } = process.env;
    const running = exec(process.execPath, [file], { cwd: this.#folder, timeout, env: { ...env, PORT: '0' } });
    const { child } = running;
    if (block.code.includes("once('SIGTERM'")) child.stdout?.once('data', () => child.kill('SIGTERM'));
    return running;
  }

  /**
   * Runs test files with vitest, as the reader would.
   *
   * @param {readonly Block[]} blocks
   */
  async runTests(blocks) {
    const files = blocks.map((block) => this.#fileOf(block));
    // Started by hand, not by the vitest that runs this test.
    const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('VITEST')));
    const args = ['run', '--root', this.#folder, '--reporter=json', ...files];
    const { stdout } = await exec(tool('vitest'), args, { cwd: this.#folder, timeout, env }).catch((error) => error);
    return JSON.parse(stdout);
  }

  async [Symbol.asyncDispose]() {
    await rm(this.#folder, { recursive: true });
  }

  async #install() {
    const beside = ['vitest', '@types/node'].map((name) => [name, join(root, 'node_modules', name)]);
    const ours = publishedPackages().map(({ folder, manifest }) => [manifest.name, folder]);
    for (const [name = '', target = ''] of [...beside, ...ours]) {
      const link = join(this.#folder, 'node_modules', name);
      await mkdir(dirname(link), { recursive: true });
      await symlink(target, link);
    }
    for (const [, folder = ''] of ours) {
      if (!existsSync(join(folder, 'dist'))) throw new Error(`${folder} has not been built: npm run build`);
    }
    await this.#write('package.json', '{ "type": "module" }');
  }

  /**
   * @param {Block} block
   * @param {number} index
   */
  async #add(block, index) {
    const extension = importsOf(block).includes('vitest') ? `test.${block.language}` : block.language;
    const place = `${block.page.replaceAll('/', '-')}/${block.name ?? `block-${index}.${extension}`}`;
    const given = `given-${index}`;
    await this.#write(place, `${preamble(block, given)}${block.code}\nexport {};\n`);
    this.#blocks.set(join(this.#folder, place), block);
    if (block.given === '') return;
    await this.#write(join(dirname(place), `${given}.d.ts`), block.given.replaceAll(/^declare /gm, 'export declare '));
    this.#blocks.set(join(this.#folder, dirname(place), `${given}.d.ts`), block);
  }

  /**
   * @param {string} place
   * @param {string} text
   */
  async #write(place, text) {
    await mkdir(dirname(join(this.#folder, place)), { recursive: true });
    await writeFile(join(this.#folder, place), text);
  }

  /** @param {Block} block */
  #fileOf(block) {
    const [file] = [...this.#blocks].find(([, its]) => its === block) ?? [];
    if (file === undefined) throw new Error(`${block.page}:${block.line} is no program of this project`);
    return file;
  }

  /** @param {ts.Diagnostic} diagnostic */
  #describe({ file, start = 0, messageText }) {
    const message = ts.flattenDiagnosticMessageText(messageText, '\n');
    if (file === undefined) return message;
    const block = this.#blocks.get(file.fileName);
    const { line } = file.getLineAndCharacterOfPosition(start);
    if (block === undefined) return `${file.fileName}:${line + 1}: ${message}`;
    if (basename(file.fileName).startsWith('given-')) return `${block.page}:${block.line}, what is given: ${message}`;
    return `${block.page}:${block.line + line}: ${message}`;
  }
}

/** @type {ts.CompilerOptions} */
const runnable = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext };

/**
 * The names that a module imports from.
 *
 * @param {Pick<Block, 'code'>} block
 */
export function importsOf({ code }) {
  return ts.preProcessFile(code, true, true).importedFiles.map(({ fileName }) => fileName);
}

/**
 * On the first line of the program, so that line numbers stay the same.
 *
 * @param {Block} block
 * @param {string} module the one with what is given
 */
function preamble({ given, language }, module) {
  if (given === '') return '';
  const names = [...given.matchAll(/^declare (?:const|let|function|class|type|interface) (\w+)/gm)].map(
    ([, name]) => name,
  );
  const imports = given.split('\n').filter((line) => /^import (?!type )/.test(line));
  const types = language === 'ts' ? given.split('\n').filter((line) => line.startsWith('import type ')) : [];
  return [...imports, ...types, names.length > 0 ? `import { ${names.join(', ')} } from './${module}.js';` : ''].join(
    ' ',
  );
}

/** Packages that a reader installs in addition to ours, and the type check does not. */
const readersTools = ['babel-jest'];

/**
 * A file that a program imports by a relative path, and that the page does not show, belongs to the reader and may contain anything. The
 * same applies to a tool of the reader.
 *
 * @param {Block} block
 * @param {number} _
 * @param {readonly Block[]} all
 */
function othersFiles(block, _, all) {
  const shown = all.filter(({ page }) => page === block.page).map(({ name }) => name?.replace(/\.ts$/, '.js'));
  const files = importsOf(block)
    .filter((path) => path.startsWith('.') && !shown.includes(basename(path)))
    .map((path) => `*${path.replace(/^\.+/, '')}`);
  const tools = readersTools.filter((name) => importsOf(block).includes(name));
  return [...files, ...tools].map((name) => `declare module '${name}';\n`).join('');
}
