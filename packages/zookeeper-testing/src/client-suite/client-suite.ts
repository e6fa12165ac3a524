import { aclCases } from './acl-cases.js';
import type { ClientCase, ClientNeed } from './client-case.js';
import type { ClientFixture } from './client-fixture.js';
import { ClientScene } from './client-scene.js';
import { closeCases } from './close-cases.js';
import { dataCases } from './data-cases.js';
import { errorCases } from './error-cases.js';
import { expiryCases } from './expiry-cases.js';
import { orderCases } from './order-cases.js';
import { outageCases } from './outage-cases.js';
import { phaseCases } from './phase-cases.js';
import { reconnectCases } from './reconnect-cases.js';
import { replaceCases } from './replace-cases.js';
import { sequenceCases } from './sequence-cases.js';
import { sessionCases } from './session-cases.js';
import { watchCases } from './watch-cases.js';

/** How the suite runs, and what the fixture can do. */
export interface ClientSuiteOptions {
  /** The test framework's function: `test` of vitest, node:test, mocha and jest all fit. */
  readonly test: (name: string, run: () => Promise<void>) => unknown;
  /** Opens a fixture; called once per case, and each is closed. */
  readonly open: () => Promise<ClientFixture>;
  /** The fixture has `faults`. @default false */
  readonly faults?: boolean;
  /** `faults` has `halfOpen`. @default false */
  readonly halfOpen?: boolean;
  /** The clients have `replace`. @default false */
  readonly replace?: boolean;
  /** The servers heed ACLs. @default false */
  readonly acls?: boolean;
  /** How long a case waits for any one thing before it fails and says for what. @default 60_000 */
  readonly patienceMs?: number;
  /** How long a case looks whether something happens that must not. @default 250 */
  readonly settleMs?: number;
}

const clientCases: readonly ClientCase[] = [
  ...sessionCases,
  ...phaseCases,
  ...dataCases,
  ...errorCases,
  ...replaceCases,
  ...sequenceCases,
  ...aclCases,
  ...watchCases,
  ...orderCases,
  ...closeCases,
  ...outageCases,
  ...reconnectCases,
  ...expiryCases,
];

/**
 * Registers every case that a binding of `ZooKeeperClient` must pass: the duties of the port, one behaviour per case,
 * and whatever the client libraries are known to do differently. Cases that need more than is declared are left out.
 */
export function clientSuite(options: ClientSuiteOptions): void {
  const { test, open, patienceMs = 60_000, settleMs = 250, replace = false } = options;
  const can: Record<ClientNeed, boolean> = {
    faults: options.faults ?? false,
    halfOpen: (options.faults && options.halfOpen) ?? false,
    replace,
    acls: options.acls ?? false,
  };
  for (const { name, needs, run } of clientCases) {
    if (![needs ?? []].flat().every((need) => can[need])) continue;
    test(name, async () => await ClientScene.run({ open, patienceMs, settleMs, replace }, run));
  }
}
