import { existsSync, readFileSync } from 'node:fs';

/** Whether a process runs. One that has ended but whose end nobody has collected (a zombie) does not. */
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
