// Makes sure that the native binding is compiled: it comes as source only on Linux.
import { installDebianPackages, succeeds } from './debian.mjs';
import { execute, pnpm, root, StepError } from './workspace.mjs';

const minute = 60_000;

/** What node-gyp runs. */
const tools = ['g++', 'make', 'python3'];

/** Sockets that child processes do not inherit. The binding's own default is the other way. */
export const nativeBuild = { with_sock_cloexec: 'yes' };

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

/** Whether this very Node can load it. */
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
