import { TestProcess } from '@ndsr/test-support';
import { onTestFinished } from 'vitest';

/** A program of `processes/`, running what was built. It is killed when the test is over, however that ends. */
export function startProcess(program: string, args: readonly string[]): TestProcess {
  const process = new TestProcess(new URL(`../processes/${program}.mjs`, import.meta.url), args);
  onTestFinished(() => process.kill());
  return process;
}
