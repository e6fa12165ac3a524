import { spawn } from 'node:child_process';
import type { Clock } from '@ndsr/core';
import { signalGroup } from '../guard/process-group.js';

export interface CheckOptions {
  /** A shell command. */
  readonly command: string;
  /** A check that takes longer fails and is killed, ms. */
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** Resolves to true when the check exits with 0 in time. Its output is discarded. */
export function runCheck({ command, timeoutMs, clock, signal }: CheckOptions): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn('/bin/sh', ['-c', command], { stdio: 'ignore', detached: true });
    const kill = (): void => {
      if (child.pid !== undefined) signalGroup(child.pid, 'SIGKILL');
    };
    const end = (passed: boolean): void => {
      cancel();
      signal.removeEventListener('abort', kill);
      resolve(passed);
    };
    const cancel = clock.timer(timeoutMs, kill);
    signal.addEventListener('abort', kill, { once: true });
    child.on('error', () => end(false));
    child.on('exit', (code) => end(code === 0));
  });
}
