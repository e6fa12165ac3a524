import assert from 'node:assert/strict';
import { backendSuite, registrySuite, suiteCases } from '@ndsr/conformance';
import { describe, test } from 'vitest';
import { collectCases } from './collected-cases.js';
import { openMemory, openMemoryRegistries } from './memory-fixture.js';

describe('suiteCases', () => {
  test('lists the cases that the suites register, in order, for each declaration', () => {
    for (const faults of [false, true]) {
      const backend = collectCases((collect) => backendSuite({ test: collect, open: () => openMemory(), faults }));
      assert.deepEqual([...backend.keys()], suiteCases('backend', { faults }));
      const registry = collectCases((collect) =>
        registrySuite({ test: collect, open: () => openMemoryRegistries(), faults }),
      );
      assert.deepEqual([...registry.keys()], suiteCases('registry', { faults }));
    }
  });

  test('leaves out cases that need undeclared faults, and nothing else', () => {
    const all = suiteCases('backend', { faults: true, cutOff: true });
    const some = suiteCases('backend');
    assert.ok(some.length > 100 && some.length < all.length);
    assert.deepEqual(
      all.filter((name) => some.includes(name)),
      some,
    );
  });

  test('a fixture with faults that are not declared is caught', async () => {
    const cases = collectCases((collect) => backendSuite({ test: collect, open: () => openMemory() }));
    await assert.rejects(async () => await cases.get('a fixture with faults declares them')?.(), /faults: true/);
  });
});
