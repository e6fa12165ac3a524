import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import { type KnownFailures, registerCases } from '../src/scaffold/register-cases.js';
import type { ConformanceCase } from '../src/support/conformance-case.js';

const cases: readonly ConformanceCase<null>[] = [
  { name: 'passes', run: async () => undefined },
  {
    name: 'fails',
    async run() {
      throw new Error('on purpose');
    },
  },
  { name: 'needs faults', needs: 'faults', run: async () => undefined },
];

function registered(knownFailures: KnownFailures): Map<string, () => Promise<void>> {
  const all = new Map<string, () => Promise<void>>();
  const collect = (name: string, run: () => Promise<void>): void => void all.set(name, run);
  registerCases({ test: collect, cases, capabilities: {}, knownFailures, run: (play) => play(null) });
  return all;
}

describe('known failures', () => {
  test('are named with their reason, and pass while they fail', async () => {
    const all = registered({ fails: 'a bug' });
    assert.deepEqual([...all.keys()], ['passes', 'fails (known to fail: a bug)']);
    await all.get('fails (known to fail: a bug)')?.();
  });

  test('fail once the case passes', async () => {
    const run = registered({ passes: 'mended by now' }).get('passes (known to fail: mended by now)');
    await assert.rejects(async () => await run?.(), /take it off the list/);
  });

  test('may only be cases that there are', () => {
    assert.throws(() => registered({ 'no such case': 'x' }), /no such case/);
  });
});
