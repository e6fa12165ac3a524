import { TestProcess } from '@ndsr/test-support';
import { onTestFinished } from 'vitest';

/** Starts a program of `processes/` on the built packages. It is killed at the end of the test. */
export function startProcess(program: string, args: readonly string[]): TestProcess {
  const process = new TestProcess(new URL(`../processes/${program}.mjs`, import.meta.url), args);
  onTestFinished(() => process.kill());
  return process;
}
