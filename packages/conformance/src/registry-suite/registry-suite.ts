import { registerCases } from '../scaffold/index.js';
import type { ConformanceSuiteOptions, DeclaredFaults } from '../support/conformance-case.js';
import { anySeed } from '../support/seeded-random.js';
import { argumentCases } from './argument-cases.js';
import { callbackCases } from './callback-cases.js';
import { changesCases } from './changes-cases.js';
import { competingOwnerCases } from './competing-owner-cases.js';
import { credentialsCases } from './credentials-cases.js';
import { desiredStateCases } from './desired-state-cases.js';
import { electionCallCases } from './election-call-cases.js';
import { electionCases } from './election-cases.js';
import { electionLossCases } from './election-loss-cases.js';
import { failureTableCases } from './failure-table-cases.js';
import { formatCases } from './format-cases.js';
import { guardCases } from './guard-cases.js';
import { iteratorCases } from './iterator-cases.js';
import { lifecycleCases } from './lifecycle-cases.js';
import { lockCallCases } from './lock-call-cases.js';
import { lockCases } from './lock-cases.js';
import { lockKindCases } from './lock-kind-cases.js';
import { lockLayoutCases } from './lock-layout-cases.js';
import { lockLossCases } from './lock-loss-cases.js';
import { registryOutageCases } from './outage-cases.js';
import { persistentCases } from './persistent-cases.js';
import { registryPhaseCases } from './phase-cases.js';
import { readCases } from './read-cases.js';
import { registrationCases } from './registration-cases.js';
import type { RegistryCase } from './registry-case.js';
import type { RegistryFixture } from './registry-fixture.js';
import { RegistryScene } from './registry-scene.js';
import { sessionCases } from './session-cases.js';

/** Options of the suite, and the capabilities of the fixture. */
export interface RegistrySuiteOptions
  extends ConformanceSuiteOptions<RegistryFixture>,
    Pick<DeclaredFaults, 'faults' | 'refuseByClosing'> {}

export const registryCases: readonly RegistryCase[] = [
  ...lifecycleCases,
  ...registryPhaseCases,
  ...readCases,
  ...formatCases,
  ...callbackCases,
  ...iteratorCases,
  ...changesCases,
  ...registrationCases,
  ...competingOwnerCases,
  ...persistentCases,
  ...argumentCases,
  ...credentialsCases,
  ...registryOutageCases,
  ...failureTableCases,
  ...sessionCases,
  ...desiredStateCases,
  ...guardCases,
  ...lockCases,
  ...lockKindCases,
  ...lockLayoutCases,
  ...lockCallCases,
  ...lockLossCases,
  ...electionCases,
  ...electionCallCases,
  ...electionLossCases,
];

/**
 * Registers every case that a registry must pass on a backend: the promises to its users, one behaviour per case.
 * Each case opens its own fixture and closes it, together with every registry and bare backend that it created.
 */
export function registrySuite(options: RegistrySuiteOptions): void {
  const { open, faults = false, patienceMs = 60_000, settleMs = 250, seed = anySeed() } = options;
  registerCases({
    test: options.test,
    cases: registryCases,
    capabilities: options,
    knownFailures: options.knownFailures,
    run: async (play) => await new RegistryScene(await open(), { open, faults, patienceMs, settleMs, seed }).run(play),
  });
}
