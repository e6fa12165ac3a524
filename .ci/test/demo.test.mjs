import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { copyRepository } from '../copy-repository.mjs';

const place = mkdtempSync(join(tmpdir(), 'ndsr-demo-'));
const clone = join(place, 'clone');

/** Separate caches, as on a machine where nothing was ever installed. */
const env = {
  ...process.env,
  npm_config_cache: join(place, 'npm'),
  XDG_DATA_HOME: join(place, 'data'),
  XDG_CACHE_HOME: join(place, 'cache'),
};

beforeAll(() => {
  copyRepository(clone);
});
afterAll(() => rmSync(place, { recursive: true, force: true }));

describe('npm run demo in a fresh clone', () => {
  it('shows what it installs and builds, and then the demo; a second time without installing', async () => {
    const before = megabytes(place);
    const first = await demo();
    expect(first).toMatch(
      /Installing typescript@\S+ … .*Building @ndsr\/core … .*Building @ndsr\/memory … .*in memory/s,
    );
    expect(first).not.toContain('zookeeper');
    expect(megabytes(place) - before).toBeLessThan(80);
    const second = await demo();
    expect(second).not.toContain('Installing');
    expect(second).toContain('a demonstration in memory');
  });

  it('leaves the workspace alone, so that npm test installs all of it', () => {
    expect(existsSync(join(clone, 'node_modules'))).toBe(false);
    expect(existsSync(join(clone, 'packages/core/dist'))).toBe(false);
  });

  it('installs the client library for a ZooKeeper too, and says that no server answers', async () => {
    const failure = await demo('zookeeper-js://127.0.0.1:1').catch((error) => error);
    expect(failure.stdout).toMatch(/Installing .*node-zookeeper-client@.*Building @ndsr\/zookeeper-testing/s);
    expect(failure).toMatchObject({ code: 1, stderr: expect.stringContaining('The demo ends here') });
  });
});

/** @param {readonly string[]} args */
async function demo(...args) {
  const command = ['run', '--silent', 'demo', '--', ...args];
  return (await promisify(execFile)('npm', command, { cwd: clone, env, timeout: 240_000 })).stdout;
}

/** @param {string} folder */
function megabytes(folder) {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return files.reduce((bytes, file) => bytes + statSync(join(folder, file)).size, 0) / 1e6;
}
