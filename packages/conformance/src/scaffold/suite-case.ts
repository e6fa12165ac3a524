/** Registers one case with a test framework. `test` of vitest, node:test, mocha and jest all fit. */
export type TestFunction = (name: string, run: () => Promise<void>) => unknown;

/** One behaviour: its name is a sentence, and `run` rejects if the behaviour is missing. */
export interface SuiteCase<Scene, Need extends string> {
  readonly name: string;
  /** The capabilities that the fixture must have for this case. */
  readonly needs?: Need | readonly Need[];
  /** Runs the case in a scene of its own. */
  run(scene: Scene): Promise<void>;
}

/** Options of every suite. */
export interface SuiteOptions<Fixture> {
  /** The `test` function of the test framework: that of vitest, node:test, mocha and jest all fit. */
  readonly test: TestFunction;
  /** Opens an isolated fixture; called once or twice per case. Each fixture is closed. */
  readonly open: () => Promise<Fixture>;
  /** How long a case waits for any one thing before it fails with a message that names it, ms. @default 60_000 */
  readonly patienceMs?: number;
  /** How long a case watches for something that must not happen, ms. @default 250 */
  readonly settleMs?: number;
}

/** Returns true if a fixture with these capabilities can run the case. */
export function canRun<Need extends string>(
  { needs = [] }: { readonly needs?: Need | readonly Need[] },
  capabilities: Readonly<Partial<Record<Need, boolean>>>,
): boolean {
  return [needs].flat().every((need) => capabilities[need as Need] === true);
}
