import assert from 'node:assert/strict';

export type CollectedCases = ReadonlyMap<string, () => Promise<void>>;

/** Collects the cases that `register` registers, to run them one by one. */
export function collectCases(
  register: (test: (name: string, run: () => Promise<void>) => void) => void,
): CollectedCases {
  const cases = new Map<string, () => Promise<void>>();
  register((name, run) => {
    assert.ok(!cases.has(name), `two cases are named: ${name}`);
    cases.set(name, run);
  });
  return cases;
}

/** Asserts that each of these cases fails with the expected complaint. */
export async function assertCaught(cases: CollectedCases, caughtBy: Readonly<Record<string, RegExp>>): Promise<void> {
  for (const [name, complaint] of Object.entries(caughtBy)) {
    const run = cases.get(name);
    assert.ok(run !== undefined, `no such case: ${name}`);
    await assert.rejects(run(), (error: Error) => {
      assert.match(error.message.replaceAll('\n', ' '), complaint, name);
      return true;
    });
  }
}
