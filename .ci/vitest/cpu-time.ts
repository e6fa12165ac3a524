import { readFileSync } from 'node:fs';
import { platform } from 'node:process';

const TICKS_PER_SECOND = 100;

/** CPU time of this process and of its ended child processes, seconds. On other systems than Linux only of this process. */
export function cpuSeconds(): number {
  if (platform !== 'linux') {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  }
  const stat = readFileSync('/proc/self/stat', 'utf8');
  // After the name, which may contain anything: state is field 3; utime, stime, cutime and cstime are 14 to 17.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / TICKS_PER_SECOND;
}
