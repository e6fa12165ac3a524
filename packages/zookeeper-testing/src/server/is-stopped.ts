import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';

/**
 * Returns true once SIGSTOP has taken effect on every thread of a process.
 *
 * The signal stops the threads one after the other, each when it is next scheduled: on a busy machine a server still
 * answers for a while. Only Linux reports the state; elsewhere the result is always true.
 */
export async function isStopped(pid: number): Promise<boolean> {
  if (!existsSync('/proc/self/task')) return true;
  const threads = await readdir(`/proc/${pid}/task`);
  const stats = await Promise.all(threads.map((thread) => readStat(`/proc/${pid}/task/${thread}/stat`)));
  return stats.every((stat) => stat === undefined || stateOf(stat).toUpperCase() === 'T');
}

/** `undefined` for a thread that has just ended. */
function readStat(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(() => undefined);
}

/** The letter after the thread's name, which is in parentheses and may contain some itself. */
function stateOf(stat: string): string {
  return stat.charAt(stat.lastIndexOf(')') + 2);
}
