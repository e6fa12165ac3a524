import type { KnownFailures, SuiteCase, SuiteOptions } from '../scaffold/index.js';

/** A capability of a fixture that a case may need: faults on demand, cutting off one client alone, or refusing requests. */
export type CaseNeed = 'faults' | 'cutOff' | 'refuseByClosing';

export type ConformanceCase<Scene> = SuiteCase<Scene, CaseNeed>;

/** The capabilities of a backend's fixtures. Cases that need others are not registered; `suiteCases` lists those that are. */
export interface DeclaredFaults {
  /** The fixture can go down, come back and expire a session. @default false */
  readonly faults?: boolean;
  /** The fixture can cut off one client while the others stay connected. @default false */
  readonly cutOff?: boolean;
  /** The fixture, which has faults, can also refuse requests by closing the connection. @default false */
  readonly refuseByClosing?: boolean;
}

/** Options that the backend suite and the registry suite share. */
export interface ConformanceSuiteOptions<Fixture> extends SuiteOptions<Fixture> {
  /** Seed of the random cases; a failure names its seed. @default a new one in each run */
  readonly seed?: number;
  /** Cases that are known to fail, with the reason, which becomes part of their name. They must still fail. @default none */
  readonly knownFailures?: KnownFailures;
}
