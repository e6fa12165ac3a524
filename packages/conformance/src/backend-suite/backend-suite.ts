import { registerCases } from '../scaffold/index.js';
import type { ConformanceSuiteOptions, DeclaredFaults } from '../support/conformance-case.js';
import { anySeed } from '../support/seeded-random.js';
import type { BackendCase } from './backend-case.js';
import type { BackendFixture } from './backend-fixture.js';
import { BackendScene } from './backend-scene.js';
import { changedChildrenCases } from './changed-children-cases.js';
import { childrenCases } from './children-cases.js';
import { connectionCases } from './connection-cases.js';
import { createAndRemoveCases } from './create-and-remove-cases.js';
import { createCases } from './create-cases.js';
import { dataCases } from './data-cases.js';
import { ephemeralCases } from './ephemeral-cases.js';
import { nameCases } from './name-cases.js';
import { outageCases } from './outage-cases.js';
import { ownWriteCases } from './own-write-cases.js';
import { phaseCases } from './phase-cases.js';
import { randomWorkloadCases } from './random-workload-cases.js';
import { reconnectCases } from './reconnect-cases.js';
import { removeCases } from './remove-cases.js';
import { replaceCases } from './replace-cases.js';
import { sequenceCases } from './sequence-cases.js';
import { statCases } from './stat-cases.js';
import { watchCases } from './watch-cases.js';
import { watchLifeCases } from './watch-life-cases.js';
import { writeCases } from './write-cases.js';

export interface BackendSuiteOptions extends ConformanceSuiteOptions<BackendFixture>, DeclaredFaults {}

export const backendCases: readonly BackendCase[] = [
  ...connectionCases,
  ...phaseCases,
  ...createCases,
  ...writeCases,
  ...removeCases,
  ...replaceCases,
  ...createAndRemoveCases,
  ...sequenceCases,
  ...statCases,
  ...dataCases,
  ...childrenCases,
  ...nameCases,
  ...watchCases,
  ...watchLifeCases,
  ...changedChildrenCases,
  ...ownWriteCases,
  ...ephemeralCases,
  ...outageCases,
  ...reconnectCases,
  ...randomWorkloadCases,
];

/**
 * Registers every case that a backend must pass: the duties of `RegistryBackend`, one behaviour per case.
 * Each case opens its own fixture and closes it, together with every backend that it created.
 */
export function backendSuite(options: BackendSuiteOptions): void {
  const { open, faults = false, patienceMs = 60_000, settleMs = 250, seed = anySeed() } = options;
  registerCases({
    test: options.test,
    cases: backendCases,
    capabilities: options,
    knownFailures: options.knownFailures,
    run: async (play) => await new BackendScene(await open(), { open, faults, patienceMs, settleMs, seed }).run(play),
  });
}
