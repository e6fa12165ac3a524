import { beforeAll, describe, it } from 'vitest';
import type { BackendName } from '../../src/environment/environment.js';
import { type Fault, reasonNotPossible } from '../../src/faults/fault.js';
import { seedOf } from '../../src/random.mjs';
import { type ExperimentReport, invariants } from '../../src/runners/fault-suite/experiment-report.js';
import { runExperiment } from '../../src/runners/fault-suite/run-experiment.js';
import { sizedSample } from '../../src/size.js';
import { operations } from '../../src/workload/operations/operations.js';

const seed = seedOf(process.env);
const experimentTimeoutMs = 900_000;

/** A test for each cell of `faults` on `backend`; below full size, only for faults selected by the seed. Each fault is injected once, and the cells check the results. */
export function faultSuite(backend: BackendName, faults: readonly Fault[]): void {
  const possible = faults.filter((one) => reasonNotPossible(one, backend) === undefined);
  for (const fault of sizedSample(possible, seed)) {
    describe(`${fault.name}, ${backend}`, () => {
      let run: Promise<ExperimentReport>;

      beforeAll(async () => {
        run = runExperiment({ fault, backend, operations, seed });
        // Each cell reports an experiment that failed to run.
        const report = await run.catch(() => undefined);
        if (process.env.NDSR_TIMELINE) console.log(String(report));
      }, experimentTimeoutMs);

      for (const { name } of operations) it(name, async () => (await run).assertHolds(name));
      for (const invariant of invariantsOf(fault)) it(invariant, async () => (await run).assertHolds(invariant));
    });
  }
}

function invariantsOf(fault: Fault): string[] {
  const { load, ...always } = invariants;
  return fault.watchedPaths === undefined ? Object.values(always) : [load, ...Object.values(always)];
}
