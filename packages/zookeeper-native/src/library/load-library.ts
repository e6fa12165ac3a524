import { createRequire } from 'node:module';
import { isMainThread } from 'node:worker_threads';
import { UnsupportedError } from '@ndsr/core/backend';
import type { LibraryModule } from './library-types.js';

export interface LoadEnvironment {
  readonly isMainThread: boolean;
  /** Loads the addon. The error that it throws shows whether the addon is not installed or was not built. */
  require(): unknown;
}

const require = createRequire(import.meta.url);
const here: LoadEnvironment = { isMainThread, require: () => require('zookeeper') };

const alternative = 'Or use @ndsr/zookeeper-js, which is the same without a native addon.';

/**
 * Loads the client library at its first use: a process that uses another backend must not need its binary.
 *
 * @throws {UnsupportedError} in a worker thread, or if the addon is not installed or was not built
 */
export function loadLibrary(environment: LoadEnvironment = here): LibraryModule {
  if (!environment.isMainThread) throw new UnsupportedError(inThread);
  try {
    return environment.require() as LibraryModule;
  } catch (cause) {
    throw new UnsupportedError(isNotInstalled(cause) ? notInstalled : notBuilt(cause), { cause });
  }
}

/** Checked before the addon is loaded: loading it in a second thread would end the whole process. */
const inThread =
  'The native ZooKeeper client (npm package `zookeeper`) crashes the whole process when a worker thread loads it. ' +
  'Open the registry in the main thread, or use @ndsr/zookeeper-js, which works in every thread.';

const notInstalled = `The package \`zookeeper\` is not installed. Run: npm install zookeeper. ${alternative}`;

function notBuilt(cause: unknown): string {
  const reason = (cause instanceof Error ? cause.message : String(cause)).split('\n', 1)[0];
  return [
    `The native addon of the package \`zookeeper\` cannot be loaded: ${reason}`,
    'Most likely its install script did not run, or ran for another version of Node. To build it (gcc, g++, make and python3 are needed):',
    '  npm:     with_sock_cloexec=yes npm rebuild zookeeper (where npm wants it approved first: npm install-scripts approve zookeeper)',
    '  pnpm 10: add `onlyBuiltDependencies: [zookeeper]` to pnpm-workspace.yaml, then: with_sock_cloexec=yes pnpm rebuild zookeeper',
    '  pnpm 11 and later: add `allowBuilds: { zookeeper: true }` there instead, then the same',
    '  yarn:    with_sock_cloexec=yes yarn rebuild zookeeper (yarn 1: npm rebuild zookeeper); not with `enableScripts: false`',
    alternative,
  ].join('\n');
}

/** False if a dependency of `zookeeper` is missing. */
function isNotInstalled(cause: unknown): boolean {
  if (!(cause instanceof Error) || !('code' in cause)) return false;
  return cause.code === 'MODULE_NOT_FOUND' && cause.message.startsWith("Cannot find module 'zookeeper'");
}
