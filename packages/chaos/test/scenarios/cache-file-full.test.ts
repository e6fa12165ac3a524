import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { MemoryServiceRegistry } from '@ndsr/memory';
import { expect, it } from 'vitest';

const program = fileURLToPath(new URL('./processes/save-much.mjs', import.meta.url));

it('without space for the new file the old one stays, one fault is emitted, and the registry continues', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ndsr-'));
  const cacheFile = join(folder, 'cache.json');
  const registry = new MemoryServiceRegistry({ cacheFile });
  await registry.setData('/good', { n: 1 });
  await registry.get('/good');
  await registry.stop();
  const before = readFileSync(cacheFile, 'utf8');

  // No file of that process may exceed 8 KiB, so the disk is full for it.
  const limited = ['-c', 'ulimit -f 8; exec "$@"', 'bash', process.execPath, program, cacheFile];
  const { stdout } = await promisify(execFile)('bash', limited, { timeout: 60_000 });

  expect(stdout.trim().split('\n')).toEqual([
    expect.stringMatching(/^ERR_NDSR_CACHE_FILE Cannot write the cache file .*cache\.json: EFBIG: file too large$/),
    'read 100000',
  ]);
  expect(readFileSync(cacheFile, 'utf8')).toBe(before);
  expect(readdirSync(folder)).toEqual(['cache.json']);
  rmSync(folder, { recursive: true });
}, 180_000);
