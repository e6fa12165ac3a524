import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { defineConfig } from 'vitest/config';
import { sourceEntries } from './.ci/members.mjs';
import { canRun, selectTests } from './.ci/vitest/selection.js';

/** Their files leave nothing behind that another could see, so that they can share a worker: a third of the CPU time. */
const sharedWorkers = ['benchmarks', 'conformance', 'core', 'memory', 'zookeeper-common'].map(
  (name) => `packages/${name}`,
);

/** Every folder with tests: packages, examples, and the repository's own in .ci. */
const folders = [...inside('packages'), ...inside('examples'), '.ci'].filter(
  (folder) => existsSync(`${folder}/test`) && canRun(folder),
);

const isBackend = /^@ndsr\/(memory|zookeeper|zookeeper-js|zookeeper-native)$/;

export default defineConfig({
  // Tests read the sources of sibling packages, so a change in one is seen by all without a build. The same as in tsconfig.sources.json.
  resolve: {
    alias: sourceEntries().flatMap(({ specifier, built, file }) => [
      { find: new RegExp(`^${specifier}$`), replacement: file },
      // Core imports a backend from the file that Node finds by its name, which is the built one.
      ...(isBackend.test(specifier) ? [{ find: pathToFileURL(built).href, replacement: file }] : []),
    ]),
  },
  // No `import` among the conditions: what a dependency takes with `require` would be the module made for the other way.
  ssr: { resolve: { conditions: ['node'] } },
  test: {
    projects: folders.map((folder) => ({
      extends: true,
      test: {
        name: folder.replace(/^(packages\/|examples\/|\.)/, ''),
        root: folder,
        ...selectTests(folder),
        setupFiles: [here('./.ci/vitest/setup.ts')],
        isolate: !sharedWorkers.includes(folder),
        typecheck: { enabled: false },
        // Only what hangs fails by it: tests wait for conditions, which come late on a busy machine.
        testTimeout: 300_000,
        hookTimeout: 300_000,
      },
    })),
    reporters: [here('./.ci/vitest/quiet-reporter.ts')],
    // What a test logs is of interest when it fails.
    silent: 'passed-only',
    // Tests with real servers wait for most of their time: two cores are busy with four files.
    maxWorkers: 4,
    coverage: {
      provider: 'v8',
      include: ['packages/core/src/**'],
      thresholds: { branches: 95 },
    },
  },
});

function here(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url));
}

function inside(folder: string): string[] {
  return readdirSync(folder).map((name) => `${folder}/${name}`);
}
