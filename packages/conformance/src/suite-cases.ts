import { backendCases } from './backend-suite/backend-suite.js';
import { registryCases } from './registry-suite/registry-suite.js';
import { canRun } from './scaffold/index.js';
import type { DeclaredFaults } from './support/conformance-case.js';

/** Returns the names of the cases that a suite registers for fixtures with these faults, in their order. */
export function suiteCases(suite: 'backend' | 'registry', declared: DeclaredFaults = {}): string[] {
  const cases = suite === 'backend' ? backendCases : registryCases;
  return cases.filter((one) => canRun(one, declared)).map(({ name }) => name);
}
