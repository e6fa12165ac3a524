import { registerCases, type SuiteOptions } from '@ndsr/conformance/scaffold';
import { clientAclCases } from './acl-cases.js';
import type { ClientCase, ClientNeed } from './client-case.js';
import type { ClientFixture } from './client-fixture.js';
import { ClientScene } from './client-scene.js';
import { clientCloseCases } from './close-cases.js';
import { clientCreateAndRemoveCases } from './create-and-remove-cases.js';
import { clientDataCases } from './data-cases.js';
import { clientErrorCases } from './error-cases.js';
import { clientExpiryCases } from './expiry-cases.js';
import { clientOrderCases } from './order-cases.js';
import { clientOutageCases } from './outage-cases.js';
import { clientPhaseCases } from './phase-cases.js';
import { clientReconnectCases } from './reconnect-cases.js';
import { clientReplaceCases } from './replace-cases.js';
import { clientSequenceCases } from './sequence-cases.js';
import { clientSessionCases } from './session-cases.js';
import { clientWatchCases } from './watch-cases.js';

/** Options of the suite, and the capabilities of the fixture. */
export interface ClientSuiteOptions extends SuiteOptions<ClientFixture> {
  /** The fixture has `faults`. @default false */
  readonly faults?: boolean;
  /** `faults` has `halfOpen`. @default false */
  readonly halfOpen?: boolean;
  /** The clients have `replace`. @default false */
  readonly replace?: boolean;
  /** The clients have `createAndRemove`. @default false */
  readonly createAndRemove?: boolean;
  /** The servers enforce ACLs. @default false */
  readonly acls?: boolean;
}

const clientCases: readonly ClientCase[] = [
  ...clientSessionCases,
  ...clientPhaseCases,
  ...clientDataCases,
  ...clientErrorCases,
  ...clientReplaceCases,
  ...clientCreateAndRemoveCases,
  ...clientSequenceCases,
  ...clientAclCases,
  ...clientWatchCases,
  ...clientOrderCases,
  ...clientCloseCases,
  ...clientOutageCases,
  ...clientReconnectCases,
  ...clientExpiryCases,
];

/**
 * Registers every case that a binding of `ZooKeeperClient` must pass: the duties of the port, one behaviour per case,
 * and known differences between client libraries. Cases that need other capabilities are not registered.
 */
export function clientSuite(options: ClientSuiteOptions): void {
  const { test, open, patienceMs = 60_000, settleMs = 250, replace = false } = options;
  const capabilities: Record<ClientNeed, boolean> = {
    faults: options.faults ?? false,
    halfOpen: (options.faults && options.halfOpen) ?? false,
    replace,
    createAndRemove: options.createAndRemove ?? false,
    acls: options.acls ?? false,
  };
  registerCases({
    test,
    cases: clientCases,
    capabilities,
    run: async (play) => await new ClientScene(await open(), { patienceMs, settleMs, replace }).run(play),
  });
}
