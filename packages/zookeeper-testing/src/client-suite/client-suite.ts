import { registerCases, type SuiteOptions } from '@ndsr/conformance/scaffold';
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
export interface ClientSuiteOptions extends SuiteOptions<ClientFixture> {
  /** The fixture has `faults`. @default false */
  readonly faults?: boolean;
  /** `faults` has `halfOpen`. @default false */
  readonly halfOpen?: boolean;
  /** The clients have `replace`. @default false */
  readonly replace?: boolean;
  /** The servers heed ACLs. @default false */
  readonly acls?: boolean;
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
  const capabilities: Record<ClientNeed, boolean> = {
    faults: options.faults ?? false,
    halfOpen: (options.faults && options.halfOpen) ?? false,
    replace,
    acls: options.acls ?? false,
  };
  registerCases({
    test,
    cases: clientCases,
    capabilities,
    run: async (play) => await new ClientScene(await open(), { patienceMs, settleMs, replace }).run(play),
  });
}
