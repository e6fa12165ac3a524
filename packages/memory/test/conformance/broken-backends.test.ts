import { backendSuite } from '@ndsr/conformance';
import { describe, test } from 'vitest';
import { assertCaught, type CollectedCases, collectCases } from './collected-cases.js';
import { type DamagedBackend, damaged, type MakeBackend } from './damaged-backend.js';
import { damagedChanges } from './damaged-changes.js';
import { damagedConnections } from './damaged-connections.js';
import { damagedReads } from './damaged-nodes.js';
import { damagedWatches } from './damaged-watches.js';
import { damagedWrites } from './damaged-writes.js';
import { openMemory } from './memory-fixture.js';

const allDamaged: Readonly<Record<string, DamagedBackend>> = {
  ...damagedWatches,
  ...damagedChanges,
  ...damagedWrites,
  ...damagedReads,
  ...damagedConnections,
};

function casesFor(make: MakeBackend, patience: { patienceMs?: number } = {}): CollectedCases {
  const options = { faults: true, settleMs: 10, seed: 1, ...patience };
  return collectCases((collect) => backendSuite({ test: collect, open: () => openMemory(make), ...options }));
}

// Many of the cases wait in vain, and therefore run concurrently, for longer than a correct backend takes on a busy
// machine.
const inVain = { patienceMs: 2_000 };

describe.concurrent('the backend suite catches a backend that', () => {
  for (const [how, { make, caughtBy }] of Object.entries(allDamaged)) {
    test(how, async () => await assertCaught(casesFor(make, inVain), caughtBy));
  }
});

describe('a wrapper that breaks nothing passes', () => {
  for (const [name, run] of casesFor(damaged(() => ({})))) test(name, run);
});
