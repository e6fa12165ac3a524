import { readdirSync } from 'node:fs';
import { defineConfig } from 'vitest/config';

const packages = readdirSync(new URL('./packages', import.meta.url));

export default defineConfig({
  // Tests read the sources of sibling packages, so a change in one is seen by all without a build.
  ssr: { resolve: { conditions: ['@ndsr/source', 'node', 'import', 'default'] } },
  test: {
    projects: packages.map((name) => ({
      extends: true,
      test: {
        name,
        root: `packages/${name}`,
        include: ['test/**/*.test.ts'],
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
