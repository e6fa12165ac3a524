import { registrySuite } from '@ndsr/conformance';
import type { MemoryServiceRegistry } from '@ndsr/memory';
import { describe, test } from 'vitest';
import { assertCaught, type CollectedCases, collectCases } from './collected-cases.js';
import { damagedAnswers } from './damaged-answers.js';
import { damagedElections } from './damaged-elections.js';
import { damagedLocks } from './damaged-locks.js';
import { damagedRegistries } from './damaged-registries.js';
import { openMemoryRegistries } from './memory-fixture.js';

function casesFor(Registry: typeof MemoryServiceRegistry): CollectedCases {
  const options = { faults: true, refuseByClosing: true, patienceMs: 2_500, settleMs: 10, seed: 1 };
  const open = () => openMemoryRegistries(Registry);
  return collectCases((collect) => registrySuite({ test: collect, open, ...options }));
}

// Many of the cases wait in vain, and therefore run concurrently, for longer than a correct registry takes on a busy
// machine.
describe.concurrent('the registry suite catches a registry that', () => {
  for (const [how, { Registry, caughtBy }] of Object.entries({
    ...damagedRegistries,
    ...damagedAnswers,
    ...damagedLocks,
    ...damagedElections,
  })) {
    test(how, async () => await assertCaught(casesFor(Registry), caughtBy));
  }
});
