import { env } from 'node:process';

/**
 * The tests that `npm test` leaves to `npm run test:all`, by folder: faults and loads at full size, the other bindings and the other
 * settings of the default one on real servers, and the published packages. File patterns, relative to the folder.
 */
const slowTests: Readonly<Record<string, readonly string[]>> = {
  'packages/chaos': ['test/**/*.test.*'],
  'packages/cli': ['test/guard/lock-storm.test.ts'],
  'packages/zookeeper': [
    'test/{conformance,scenarios}/**/*.test.ts',
    'test/client/{closing,operations,sessions}.test.ts',
  ],
  'packages/zookeeper-js': [
    'test/conformance/*-one-shot.test.ts',
    'test/conformance/client-suite-tls.test.ts',
    'test/scenarios/**/*.test.ts',
    'test/tls/handshake-failures.test.ts',
  ],
  'packages/zookeeper-native': ['test/{acl,conformance,hardening,levelled,scenarios}/**/*.test.ts'],
  '.ci': ['test/demo.test.mjs', 'test/packages.test.mjs'],
};

/** Folders that need the native binding, which does not exist for every release line of Node. */
const nativeFolders = ['packages/benchmarks', 'packages/zookeeper-native'];

/** True when the tests of `folder` can run here. `NDSR_WITHOUT_NATIVE`: there is no native binding. */
export function canRun(folder: string): boolean {
  return !env.NDSR_WITHOUT_NATIVE || !nativeFolders.includes(folder);
}

/** `fast`: the tests of `npm test`; `slow`: the others; unset: all. */
const selections = ['fast', 'slow', undefined] as const;

/** Selects the test files of `folder`. @throws {Error} when `NDSR_TESTS` is neither `fast` nor `slow` */
export function selectTests(folder: string): { include: string[]; exclude: string[] } {
  const chosen = selections.find((selection) => selection === (env.NDSR_TESTS || undefined));
  if (chosen === undefined && env.NDSR_TESTS) throw new Error(`NDSR_TESTS is fast or slow, not ${env.NDSR_TESTS}`);
  const slow = [...(slowTests[folder] ?? [])];
  if (chosen === 'slow') return { include: slow, exclude: [] };
  return { include: ['test/**/*.test.{ts,mjs}'], exclude: chosen === 'fast' ? slow : [] };
}
