import { TestProcess } from '@ndsr/test-support';

/** A program of `processes/`, running what was built. */
export function startProcess(program: string, args: readonly string[], nodeFlags: readonly string[] = []): TestProcess {
  return new TestProcess(new URL(`./processes/${program}.mjs`, import.meta.url), args, nodeFlags);
}

/** Sends a command to a process, and resolves to its answer. */
export async function ask<T = unknown>(process: TestProcess, command: string, args: object = {}): Promise<T> {
  process.tell(JSON.stringify({ command, ...args }));
  return JSON.parse(await process.next());
}
