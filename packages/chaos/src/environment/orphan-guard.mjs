import { spawn } from 'node:child_process';

// Kills the process when standard input ends. The kernel closes it when the coordinator exits, for whatever reason; a frozen worker
// could not react by itself. Ctrl-C is for the coordinator, not for its guards.
const script = `
trap '' HUP INT TERM
while read -r _; do :; done
kill -KILL "$1"
`;

/**
 * Ensures that a process does not outlive this one. Returns a function that ends the guard, for when the process has exited.
 *
 * @param {number} pid
 */
export function guardOrphan(pid) {
  const shell = spawn('/bin/sh', ['-c', script, 'orphan-guard', String(pid)], { stdio: ['pipe', 'ignore', 'ignore'] });
  shell.stdin.on('error', () => undefined);
  shell.unref();
  return () => void shell.kill('SIGKILL');
}
