import { AssertionError } from 'node:assert';
import { canRun, type SuiteCase, type TestFunction } from './suite-case.js';

/** Maps the name of a case to the reason for its failure. */
export type KnownFailures = Readonly<Record<string, string>>;

/** The cases of a suite, and how to run them. */
export interface CaseRegistration<Scene, Need extends string> {
  readonly test: TestFunction;
  readonly cases: readonly SuiteCase<Scene, Need>[];
  /** The capabilities of the fixtures. Cases that need others are not registered. */
  readonly capabilities: Readonly<Partial<Record<Need, boolean>>>;
  /** @default none */
  readonly knownFailures?: KnownFailures | undefined;
  /** Opens a scene and runs a case in it. */
  run(play: (scene: Scene) => Promise<void>): Promise<void>;
}

/**
 * Registers the cases that the fixtures can run. A known failure must still fail, so that the list never outlives its
 * reason; a name that is not a case is a mistake in the list.
 */
export function registerCases<Scene, Need extends string>(registration: CaseRegistration<Scene, Need>): void {
  const { test, cases, capabilities, knownFailures = {}, run } = registration;
  for (const name of Object.keys(knownFailures)) {
    if (!cases.some((one) => one.name === name)) throw new TypeError(`knownFailures: there is no case '${name}'`);
  }
  for (const one of cases) {
    if (!canRun(one, capabilities)) continue;
    const reason = Object.hasOwn(knownFailures, one.name) ? knownFailures[one.name] : undefined;
    const play = (): Promise<void> => run((scene) => one.run(scene));
    if (reason === undefined) test(one.name, play);
    else test(`${one.name} (known to fail: ${reason})`, () => mustFail(play, reason));
  }
}

async function mustFail(play: () => Promise<void>, reason: string): Promise<void> {
  try {
    await play();
  } catch {
    return;
  }
  throw new AssertionError({ message: `Known to fail (${reason}), but it passes: take it off the list` });
}
