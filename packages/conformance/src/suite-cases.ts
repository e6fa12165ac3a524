import { backendCases } from './backend-suite/backend-suite.js';
import { registryCases } from './registry-suite/registry-suite.js';
import { type DeclaredFaults, isDeclared } from './support/conformance-case.js';

/** The names of the cases that a suite registers for fixtures with these faults, in their order. */
export function suiteCases(suite: 'backend' | 'registry', declared: DeclaredFaults = {}): string[] {
  const cases = suite === 'backend' ? backendCases : registryCases;
  return cases.filter((one) => isDeclared(one, declared)).map(({ name }) => name);
}
