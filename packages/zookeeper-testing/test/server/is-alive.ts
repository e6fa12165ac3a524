import { existsSync, readFileSync } from 'node:fs';

/** Returns true if a process runs. A process that has ended but was not reaped (a zombie) does not run. */
export function isAlive(pid: number | undefined): boolean {
  if (pid === undefined) return false;
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  const statusFile = `/proc/${pid}/status`;
  return !existsSync(statusFile) || !/^State:\s+[ZX]/m.test(readFileSync(statusFile, 'utf8'));
}
