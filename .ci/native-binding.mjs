// Ensures that the native binding is compiled: on Linux it is published only as source.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { installDebianPackages, succeeds } from './debian.mjs';
import { execute, pnpm, root, StepError } from './workspace.mjs';

const minute = 60_000;

/** `zookeeper` 7.3.0 does not compile for later release lines of Node: it uses removed parts of V8's API. */
const newestNode = 24;

/** True when a native binding can exist for the running Node. */
export const canHaveNativeBinding = Number.parseInt(process.versions.node, 10) <= newestNode;

/** The build command of node-gyp. */
const tools = ['g++', 'make', 'python3'];

/** Options of the build: child processes do not inherit its sockets, unlike the default; and the headers, if they are installed. */
export const nativeBuild = { with_sock_cloexec: 'yes', ...ownHeaders() };

/** @throws {StepError} that names what to install */
export async function ensureNativeBinding() {
  if (await isBuilt()) return;
  await ensureTools();
  await pnpm('Compiling the native binding', ['rebuild', '--recursive', 'zookeeper'], {
    timeoutMs: 10 * minute,
    env: nativeBuild,
  });
  if (!(await isBuilt())) throw new StepError('The native binding was compiled, and cannot be loaded.');
}

/**
 * The headers of the running Node for node-gyp, if they were installed with it; otherwise node-gyp fetches them from nodejs.org, which
 * not every machine can reach. An explicit setting takes precedence.
 *
 * @returns {Record<string, string>}
 */
function ownHeaders() {
  if (process.env.npm_config_nodedir !== undefined) return {};
  const folder = dirname(dirname(process.execPath));
  return headersVersion(folder) === process.version ? { npm_config_nodedir: folder } : {};
}

/**
 * @param {string} folder
 * @returns {string | undefined} as `process.version`; undefined where there are no headers
 */
function headersVersion(folder) {
  try {
    const header = readFileSync(join(folder, 'include', 'node', 'node_version.h'), 'utf8');
    const numbers = ['MAJOR', 'MINOR', 'PATCH'].map((part) => header.match(`#define NODE_${part}_VERSION (\\d+)`)?.[1]);
    return `v${numbers.join('.')}`;
  } catch {
    return undefined; // None there: node-gyp fetches them.
  }
}

/** True when the running Node can load it. */
async function isBuilt() {
  const load = "process.chdir('packages/zookeeper-native'); require(require.resolve('zookeeper', { paths: ['.'] }))";
  const { exitCode } = await execute(process.execPath, ['-e', load], { timeoutMs: minute, cwd: root, show: false });
  return exitCode === 0;
}

async function ensureTools() {
  const missing = await missingTools();
  if (missing.length === 0) return;
  await installDebianPackages('a compiler', tools);
  const still = await missingTools();
  if (still.length > 0) {
    throw new StepError(
      `The native binding is compiled from source; ${still.join(', ')} missing. Install g++, make and python3 (Debian, Ubuntu: apt-get install -y g++ make python3).`,
    );
  }
}

async function missingTools() {
  const found = await Promise.all(tools.map((tool) => succeeds(tool, ['--version'])));
  return tools.filter((_, index) => !found[index]);
}
