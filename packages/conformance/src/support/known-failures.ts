import { AssertionError } from 'node:assert';
import { type ConformanceCase, type DeclaredFaults, isDeclared, type TestFunction } from './conformance-case.js';

/** Name of a case to the reason why it fails. */
export type KnownFailures = Readonly<Record<string, string>>;

export interface Registration<Scene> {
  readonly test: TestFunction;
  readonly cases: readonly ConformanceCase<Scene>[];
  readonly declared: DeclaredFaults;
  readonly knownFailures: KnownFailures;
  /** Gives a case its scene. */
  run(play: (scene: Scene) => Promise<void>): Promise<void>;
}

/**
 * Registers the cases that the fixtures declare. One that is known to fail must still fail, so that the list never
 * outlives its reason; one that no suite has is a mistake in the list.
 */
export function registerCases<Scene>({ test, cases, declared, knownFailures, run }: Registration<Scene>): void {
  for (const name of Object.keys(knownFailures)) {
    if (!cases.some((one) => one.name === name)) throw new TypeError(`knownFailures: there is no case '${name}'`);
  }
  for (const one of cases) {
    if (!isDeclared(one, declared)) continue;
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
