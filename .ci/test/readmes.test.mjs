import { execFile } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { entriesOf, publishedPackages } from '../members.mjs';
import { root, tool } from '../workspace.mjs';

const exec = promisify(execFile);

const readmes = ['README.md', ...publishedPackages().map(({ name }) => `packages/${name}/README.md`)];

/** Below node_modules, so that what the workspace has installed (vitest, Node's types) is found from here. */
const scratch = join(root, 'node_modules/.cache/ndsr-readmes');

beforeAll(() => mkdir(scratch, { recursive: true }));
afterAll(() => rm(scratch, { recursive: true }));

describe('the programs in the READMEs', () => {
  it.each(readmes)('fit the types: %s', { timeout: 60_000 }, async (readme) => {
    const programs = programsIn(await readFile(join(root, readme), 'utf8'));
    expect(programs.length, 'a README shows at least one program').toBeGreaterThan(0);
    expect(await typeErrors(readme.replaceAll('/', '-'), programs)).toBe('');
  });

  it.each(['quickstart.mjs', 'test/unit-test.test.ts'])('are run: examples/quickstart/%s', async (file) => {
    const programs = programsIn(await readFile(join(root, 'README.md'), 'utf8')).map(({ code }) => code);
    expect(programs).toContain(await readFile(join(root, 'examples/quickstart', file), 'utf8'));
  });
});

/**
 * @param {string} markdown
 * @returns {{ language: string, code: string }[]}
 */
function programsIn(markdown) {
  return [...markdown.matchAll(/^```([jt]s)\n(.*?)^```$/gms)].map(([, language = '', code = '']) => ({
    language,
    code,
  }));
}

/**
 * What the compiler says of them, as of any user's program in a strict project.
 *
 * @param {string} name
 * @param {readonly { language: string, code: string }[]} programs
 */
async function typeErrors(name, programs) {
  const folder = join(scratch, name);
  await mkdir(folder, { recursive: true });
  const files = programs.map(({ language, code }, index) => ({ file: `${index + 1}.m${language}`, code }));
  for (const { file, code } of files) await writeFile(join(folder, file), `${code}\nexport {};\n`);
  await writeFile(join(folder, 'readers-own.d.ts'), ownModules(programs));
  const config = {
    extends: join(root, 'tsconfig.base.json'),
    compilerOptions: { noEmit: true, allowJs: true, checkJs: true, noUnusedLocals: false, paths: builtTypes() },
    files: [...files.map(({ file }) => file), 'readers-own.d.ts'],
  };
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(config));
  const { stdout } = await exec(tool('tsc'), ['-p', folder], { cwd: folder }).catch((error) => error);
  return stdout;
}

/**
 * A file that a program imports by a relative path is the reader's own: it may be anything.
 *
 * @param {readonly { code: string }[]} programs
 */
function ownModules(programs) {
  const specifiers = programs.flatMap(({ code }) =>
    [...code.matchAll(/ from '\.{1,2}(\/.+)'/g)].map(([, path]) => path),
  );
  return specifiers.map((path) => `declare module '*${path}';\n`).join('');
}

/** Every entry of our packages, at the types that users get. */
function builtTypes() {
  const entries = publishedPackages().flatMap(({ folder, manifest }) =>
    entriesOf(manifest).map(({ specifier, target }) => [specifier, [join(folder, target.types ?? '')]]),
  );
  return Object.fromEntries(entries);
}
