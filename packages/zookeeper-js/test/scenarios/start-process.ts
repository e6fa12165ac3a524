import { TestProcess } from '@ndsr/test-support';

/** A program of `processes/`, running what was built. */
export function startProcess(program: string, args: readonly string[]): TestProcess {
  return new TestProcess(new URL(`./processes/${program}.mjs`, import.meta.url), args);
}
