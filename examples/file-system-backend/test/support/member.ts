import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('./member.mjs', import.meta.url));

/** Starts `member.mjs`; what it says goes to the terminal. */
export function startMember(...args: string[]): ChildProcess {
  return spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'inherit', 'inherit'] });
}

/** Resolves with the exit code; null after a signal. */
export async function exitOf(member: ChildProcess): Promise<unknown> {
  const [code] = await once(member, 'exit');
  return code;
}
