import { existsSync, readdirSync } from 'node:fs';
import { defineConfig } from 'vitest/config';

/** Every folder with tests: packages, examples, and the repository's own in .ci. */
const folders = [...inside('packages'), ...inside('examples'), '.ci'].filter((folder) => existsSync(`${folder}/test`));

export default defineConfig({
  // Tests read the sources of sibling packages, so a change in one is seen by all without a build.
  // No `import` among the conditions: what a dependency takes with `require` would be the module made for the other way.
  ssr: { resolve: { conditions: ['@ndsr/source', 'node'] } },
  test: {
    projects: folders.map((folder) => ({
      extends: true,
      test: {
        name: folder.replace(/^(packages\/|examples\/|\.)/, ''),
        root: folder,
        include: ['test/**/*.test.{ts,mjs}'],
        typecheck: { enabled: false },
        testTimeout: 30_000,
        hookTimeout: 60_000,
      },
    })),
    maxWorkers: 2,
    coverage: {
      provider: 'v8',
      include: ['packages/core/src/**'],
      thresholds: { branches: 95 },
    },
  },
});

function inside(folder: string): string[] {
  return readdirSync(folder).map((name) => `${folder}/${name}`);
}
