import { spawn } from 'node:child_process';

// Kills the process when its own input ends, which the kernel sees to when the coordinator goes, however it goes: a worker
// that is frozen then could not hear of it. Ctrl-C is for the coordinator, not for its guards.
const script = `
trap '' HUP INT TERM
while read -r _; do :; done
kill -KILL "$1"
`;

/**
 * Sees to it that a process does not outlive this one. Returns the undo, for when it has ended.
 *
 * @param {number} pid
 */
export function guardOrphan(pid) {
  const shell = spawn('/bin/sh', ['-c', script, 'orphan-guard', String(pid)], { stdio: ['pipe', 'ignore', 'ignore'] });
  shell.stdin.on('error', () => undefined);
  shell.unref();
  return () => void shell.kill('SIGKILL');
}
