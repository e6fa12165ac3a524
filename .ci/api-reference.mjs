// `npm run docs`: generates docs/api from the docstrings. Fails when an export has no docstring, or when a docstring links to something
// that does not exist.
import { rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';
import { Application, Logger, LogLevel, ReflectionKind } from 'typedoc';
import ts from 'typescript';
import { publishedPackages, sourceEntries } from './members.mjs';
import { root, runMain, StepError } from './workspace.mjs';

/** @import { ProjectReflection, TypeDocOptions } from 'typedoc' */

/**
 * A module that users import: its name, and its source.
 *
 * @typedef {{ readonly specifier: string, readonly file: string }} Entry
 */

const target = join(root, 'docs/api');

/**
 * Kinds that need a docstring wherever they are reachable. Properties are optional, because most are explained by name and type, except
 * those of an interface named `…Options`.
 *
 * @type {NonNullable<TypeDocOptions['requiredToBeDocumented']>}
 */
const documented = ['Variable', 'Function', 'Class', 'Interface', 'TypeAlias', 'Enum', 'Method', 'Accessor'];

/** Records the warnings of typedoc. */
class Complaints extends Logger {
  /** @type {string[]} */
  lines = [];

  /**
   * @override
   * @param {string} message
   * @param {LogLevel} level
   */
  log(message, level) {
    if (level >= LogLevel.Warn) this.lines.push(message);
  }
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  await runMain(async () => {
    const { complaints, render } = await apiReference(sourceEntries());
    if (complaints.length > 0) throw new StepError(complaints.join('\n'));
    await rm(target, { recursive: true, force: true });
    await render(target);
    console.log(
      `${relative(root, target)}/index.html: ${sourceEntries().length} modules, everything in them with a docstring.`,
    );
  });
}

/**
 * Reads the docstrings of everything that the entries export, and returns the problems.
 *
 * @param {readonly Entry[]} entries
 */
export async function apiReference(entries) {
  const complaints = new Complaints();
  const app = await Application.bootstrap({
    name: 'NDSR',
    readme: 'none',
    disableSources: true,
    excludeExternals: true,
    excludePrivate: true,
    excludeInternal: true,
    requiredToBeDocumented: documented,
    packagesRequiringDocumentation: publishedPackages().map(({ manifest }) => manifest.name),
    validation: { notDocumented: true, notExported: true, invalidLink: true },
  });
  app.logger = complaints;
  const program = ts.createProgram(
    entries.map(({ file }) => file),
    compilerOptions(),
  );
  const project = app.converter.convert(
    entries.map(({ specifier, file }) => ({ displayName: specifier, program, sourceFile: sourceFile(program, file) })),
  );
  app.validate(project);
  return {
    complaints: [...new Set([...complaints.lines.filter(isOfOurs), ...undocumentedOptions(project)])],
    /** @param {string} folder */
    render: (folder) => app.generateDocs(project, folder),
  };
}

/**
 * Members that JavaScript itself calls (`[hasInstance]`, `[asyncDispose]`) need no docstring.
 *
 * @param {string} complaint
 */
function isOfOurs(complaint) {
  return !/\.\[\w+\] \(/.test(complaint);
}

/**
 * The type of an option does not show its units, defaults and errors.
 *
 * @param {ProjectReflection} project
 */
function undocumentedOptions(project) {
  return project
    .getReflectionsByKind(ReflectionKind.Property)
    .filter(({ parent }) => parent?.kindOf(ReflectionKind.Interface) && parent.name.endsWith('Options'))
    .filter((option) => !option.hasComment())
    .map((option) => `${option.getFriendlyFullName()} (option) does not have any documentation`);
}

/** The compiler options of the packages: each reads the sources of the others. */
function compilerOptions() {
  const file = join(root, 'tsconfig.sources.json');
  return ts.parseJsonConfigFileContent(ts.readConfigFile(file, ts.sys.readFile).config, ts.sys, root).options;
}

/**
 * @param {ts.Program} program
 * @param {string} file
 */
function sourceFile(program, file) {
  const found = program.getSourceFile(file);
  if (found === undefined) throw new StepError(`There is no ${file}.`);
  return found;
}
