export type { BackendFaults, BackendFixture } from './backend-suite/backend-fixture.js';
export { type BackendSuiteOptions, backendSuite } from './backend-suite/backend-suite.js';
export type { RefusedWrites, RegistryFaults, RegistryFixture } from './registry-suite/registry-fixture.js';
export { type RegistrySuiteOptions, registrySuite } from './registry-suite/registry-suite.js';
export type { KnownFailures, TestFunction } from './scaffold/index.js';
export { suiteCases } from './suite-cases.js';
export type { CaseNeed, DeclaredFaults } from './support/conformance-case.js';
