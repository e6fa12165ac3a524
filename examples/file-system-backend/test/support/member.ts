import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('./member.mjs', import.meta.url));

/** Starts `member.mjs`; its output goes to the terminal. */
export function startMember(...args: string[]): ChildProcess {
  return spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'inherit', 'inherit'] });
}

/** Resolves to the exit code; null after a signal. */
export async function exitOf(member: ChildProcess): Promise<unknown> {
  const [code] = await once(member, 'exit');
  return code;
}
