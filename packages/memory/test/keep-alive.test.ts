import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const program = fileURLToPath(new URL('./processes/stay-or-end.mjs', import.meta.url));

/**
 * Returns the output of a process and its exit code; the code is null if it had to be killed, `staysMs` after its work
 * was done.
 */
async function run(work: string, options: object, staysMs = 1_500): Promise<{ said: string; code: number | null }> {
  const child = spawn(process.execPath, [program, work, JSON.stringify(options)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.on('data', (chunk) => {
    said += chunk;
    if (said.endsWith('done\n')) setTimeout(() => child.kill(), staysMs).unref();
  });
  const [code] = await once(child, 'exit');
  return { said, code };
}

describe('a process with a registry in memory', () => {
  it.each<[string, object, string]>([
    ['callbacks', {}, 'done\n'],
    ['register', { keepAlive: false }, 'done\n'],
    ['register and stop', {}, 'done\n'],
    ['register and stop', { keepAlive: true }, 'done\n'],
    ['wait for a child', {}, 'children 0\ndone\n'],
  ])('ends by itself: %s %o', async (work, options, said) => {
    expect(await run(work, options, 60_000)).toEqual({ said, code: 0 });
  });

  it.each<[string, object]>([
    ['register', {}],
    ['callbacks', { keepAlive: true }],
  ])('stays: %s %o', async (work, options) => {
    expect(await run(work, options)).toEqual({ said: 'done\n', code: null });
  });
});
