import { env } from 'node:process';

/**
 * What `npm test` leaves to `npm run test:all`, by folder: everything that breaks real servers at full size, and the other bindings
 * on real servers. Paths are relative to the folder.
 */
export const slowTests: Readonly<Record<string, readonly string[]>> = {
  'packages/chaos': ['test/**'],
  'packages/zookeeper-native': ['test/{acl,conformance,hardening,levelled,scenarios}/**'],
};

/** `fast`: what `npm test` runs; `slow`: what it leaves out; unset: all. */
const selections = ['fast', 'slow', undefined] as const;

/** Which files of `folder` to run. @throws {Error} when `NDSR_TESTS` is neither `fast` nor `slow` */
export function selectTests(folder: string): { include: string[]; exclude: string[] } {
  const chosen = selections.find((selection) => selection === (env.NDSR_TESTS || undefined));
  if (chosen === undefined && env.NDSR_TESTS) throw new Error(`NDSR_TESTS is fast or slow, not ${env.NDSR_TESTS}`);
  const slow = [...(slowTests[folder] ?? [])];
  const all = 'test/**/*.test.{ts,mjs}';
  if (chosen === undefined) return { include: [all], exclude: [] };
  if (chosen === 'fast') return { include: [all], exclude: slow };
  return { include: slow.map((pattern) => pattern.replace(/\*\*$/, '**/*.test.{ts,mjs}')), exclude: [] };
}
