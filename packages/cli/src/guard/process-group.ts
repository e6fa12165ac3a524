import { readdirSync, readFileSync } from 'node:fs';

/** Sends `signal` to every process of the group; does nothing when there is none left. */
export function signalGroup(group: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-group, signal);
  } catch (error) {
    if (codeOf(error) !== 'ESRCH' && codeOf(error) !== 'EPERM') throw error;
  }
}

/** True when no process of the group is running. A zombie (ended, but not reaped) does not count. */
export function groupIsGone(group: number): boolean {
  try {
    process.kill(-group, 0);
  } catch (error) {
    // EPERM: the process exists and belongs to another user.
    return codeOf(error) === 'ESRCH';
  }
  return hasOnlyZombies(group);
}

/**
 * In a container whose init process does not reap orphans, zombies stay for ever and count for `kill`. Without /proc they are waited
 * for.
 */
function hasOnlyZombies(group: number): boolean {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .every((pid) => isElsewhereOrEnded(pid, group));
  } catch {
    return false;
  }
}

function isElsewhereOrEnded(pid: string, group: number): boolean {
  try {
    // `pid (name) state ppid pgrp …`; the name may contain anything.
    const [state, , processGroup] = readFileSync(`/proc/${pid}/stat`, 'latin1')
      .replace(/^.*\) /s, '')
      .split(' ');
    return Number(processGroup) !== group || state === 'Z' || state === 'X';
  } catch {
    return true; // It has just ended.
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
