import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { isAlive } from './is-alive.js';

const CHILD = fileURLToPath(new URL('./orphan-child.mjs', import.meta.url));
const POLL = { timeout: 60_000, interval: 25 };

interface Started {
  readonly pid: number;
  readonly folder: string;
}

/**
 * Runs a Node.js process that starts a server and prints its process id. It uses the built package: `npm run build`
 * must run first.
 */
async function startChild(): Promise<{ child: ChildProcess; started: Started }> {
  const child = spawn(process.execPath, [CHILD], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await once(createInterface(child.stdout), 'line');
  return { child, started: JSON.parse(line) as Started };
}

describe('a server whose test process dies', () => {
  it.each(['SIGKILL', 'SIGTERM'] as const)('dies with it, and its folder is removed: %s', async (signal) => {
    const { child, started } = await startChild();
    expect(isAlive(started.pid)).toBe(true);
    child.kill(signal);
    await expect.poll(() => isAlive(started.pid), POLL).toBe(false);
    await expect.poll(() => existsSync(started.folder), POLL).toBe(false);
  });
});
