import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { guardOrphan } from '../../src/environment/orphan-guard.mjs';

const program = fileURLToPath(new URL('processes/guarded-parent.mjs', import.meta.url));

test('a frozen process does not outlive a parent that is killed', async () => {
  const parent = spawn(process.execPath, [program], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [output] = await once(parent.stdout, 'data');
  const pid = Number(String(output));
  expect(isThere(pid)).toBe(true);
  parent.kill('SIGKILL');
  await expect.poll(() => isThere(pid), { timeout: 60_000 }).toBe(false);
});

test('a guard that was ended kills no process', async () => {
  const child = spawn('sleep', ['600'], { stdio: 'ignore' });
  const exited = once(child, 'exit');
  const undo = guardOrphan(child.pid ?? 0);
  undo();
  await sleep(300);
  expect(isThere(child.pid ?? 0)).toBe(true);
  child.kill('SIGKILL');
  await exited;
});

/** @param {number} pid */
function isThere(pid) {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
