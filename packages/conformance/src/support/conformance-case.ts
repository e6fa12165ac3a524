/** Registers one case with a test framework. `test` of vitest, node:test, mocha and jest all fit. */
export type TestFunction = (name: string, run: () => Promise<void>) => unknown;

/** What a fixture must be able to do for a case: nothing special, faults on demand, cutting off one client alone, or refusing requests. */
export type CaseNeed = 'faults' | 'cutOff' | 'refuseByClosing';

/** One behaviour: its name is a sentence, `run` rejects when the behaviour is missing. */
export interface ConformanceCase<Scene> {
  readonly name: string;
  readonly needs?: CaseNeed;
  run(scene: Scene): Promise<void>;
}

/** What the fixtures of a backend can do. Cases that need more are not registered; `suiteCases` lists those that are. */
export interface DeclaredFaults {
  /** The fixture can go down, come back and expire a session. @default false */
  readonly faults?: boolean;
  /** The fixture can cut off one client while the others stay connected. @default false */
  readonly cutOff?: boolean;
  /** The fixture, which has faults, can also refuse requests by closing the connection. @default false */
  readonly refuseByClosing?: boolean;
}

/** Whether fixtures with these faults can run a case. */
export function isDeclared({ needs }: { readonly needs?: CaseNeed }, declared: DeclaredFaults): boolean {
  return needs === undefined || declared[needs] === true;
}
