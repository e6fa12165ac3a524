import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { javaScriptBytes } from '../package-size.mjs';
import { allSubjects } from '../subjects.mjs';
import { findPython } from '../test-bed/find-python.mjs';

/** @import { Workload } from './workload.mjs' */

const limitMs = 60_000;
/** A folder from which the packages resolve as for users. */
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

/** @type {Workload} */
export const imports = {
  name: 'imports',
  title:
    'Importing each package in a new process, what it imports included; ours load the addon of `zookeeper` at start',
  figures: [
    { name: 'ms', title: 'until it is loaded', unit: 'ms', better: 'less' },
    { name: 'size', title: 'its own JavaScript as published', unit: 'bytes', better: 'less' },
  ],
  cases: [{ name: 'import', size: 1, subjects: ['core', ...allSubjects] }],
  quickCases: [],
  async run({ subject }) {
    const specifier = specifiers[subject];
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
