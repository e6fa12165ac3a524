import { beforeAll, describe, it } from 'vitest';
import { seedOf } from '../../src/chance.js';
import { type Fault, obstacle } from '../../src/faults/fault.js';
import { operations } from '../../src/operations/operations.js';
import type { BackendName } from '../../src/sites/site.js';
import { sizedSample } from '../../src/size.js';
import { playWorld } from '../../src/world/play-world.js';
import { duties, type WorldReport } from '../../src/world/world-report.js';

const seed = seedOf(process.env);
const worldTimeoutMs = 900_000;

/** A test for each cell of `faults` on `backend`; below full size, of a part of the faults that the seed chooses. Each fault is injected once; the cells look at what came of it. */
export function faultSuite(backend: BackendName, faults: readonly Fault[]): void {
  const possible = faults.filter((one) => obstacle(one, backend) === undefined);
  for (const fault of sizedSample(possible, seed)) {
    describe(`${fault.name}, ${backend}`, () => {
      let played: Promise<WorldReport>;

      beforeAll(async () => {
        played = playWorld({ fault, backend, operations, seed });
        // Each cell tells of a world that could not be played.
        const report = await played.catch(() => undefined);
        if (process.env.NDSR_TIMELINE) console.log(String(report));
      }, worldTimeoutMs);

      for (const { name } of operations) it(name, async () => (await played).verdict(name));
      for (const duty of dutiesOf(fault)) it(duty, async () => (await played).verdict(duty));
    });
  }
}

function dutiesOf(fault: Fault): string[] {
  const { crowd, ...always } = duties;
  return fault.crowd === undefined ? Object.values(always) : [crowd, ...Object.values(always)];
}
