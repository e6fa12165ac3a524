import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { everybody } from '../contestants.mjs';
import { javaScriptBytes } from '../package-size.mjs';
import { findPython } from '../scene/find-python.mjs';

/** @import { Work } from './work.mjs' */

const limitMs = 60_000;
/** From where the package is installed as for anybody. */
const cwd = fileURLToPath(new URL('..', import.meta.url));
const pythonProgram = 'import time; t = time.monotonic(); import kazoo.client; print((time.monotonic() - t) * 1000)';

/** @type {Readonly<Record<string, string>>} */
const specifiers = {
  core: '@ndsr/core',
  memory: '@ndsr/memory',
  'zookeeper-js': '@ndsr/zookeeper-js',
  'zookeeper-native': '@ndsr/zookeeper-native',
  'node-zookeeper-client': 'node-zookeeper-client',
  zookeeper: 'zookeeper',
};

/** @type {Work} */
export const imports = {
  name: 'imports',
  title:
    'Importing each package in a new process, what it imports included; ours load the addon of `zookeeper` at start',
  figures: [
    { name: 'ms', title: 'until it is loaded', unit: 'ms', better: 'less' },
    { name: 'size', title: 'its own JavaScript as published', unit: 'bytes', better: 'less' },
  ],
  cases: [{ name: 'import', size: 1, contestants: ['core', ...everybody] }],
  quickCases: [],
  async play({ contestant }) {
    const specifier = specifiers[contestant];
    if (specifier === undefined) return { ms: output(findPython(), ['-c', pythonProgram]) };
    const program = `const t = performance.now(); await import('${specifier}'); console.log(performance.now() - t)`;
    const args = ['--input-type=module', '-e', `${program}; process.exit(0)`];
    return { ms: output(process.execPath, args), size: javaScriptBytes(specifier) };
  },
};

/**
 * @param {string} program
 * @param {string[]} args
 */
function output(program, args) {
  return Number(execFileSync(program, args, { cwd, encoding: 'utf8', timeout: limitMs }));
}
