import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

// A project outside this workspace, which can resolve only the built files of this package.
const built: string = new URL('../../dist/index.js', import.meta.url).href;
const program = `
import { openRegistry } from ${JSON.stringify(built)};
await openRegistry(process.argv[2]).catch((error) => console.log(error.code, error.message));
`;

// pnpm's launchers make the whole workspace resolvable by this variable.
const env = { ...process.env, NODE_PATH: '' };

let project: string;
beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), 'ndsr-not-installed-'));
  await writeFile(join(project, 'main.mjs'), program);
});
afterAll(() => rm(project, { recursive: true, force: true }));

describe('a backend that is not installed', () => {
  it.each([
    ['memory:', 'npm install @ndsr/memory'],
    ['zookeeper-js://h', 'npm install @ndsr/zookeeper-js'],
    ['zookeeper-native://h', 'npm install @ndsr/zookeeper-native'],
  ])('is reported with the command that installs it: %s', async (url, command) => {
    const { stdout } = await promisify(execFile)(process.execPath, ['main.mjs', url], { cwd: project, env });
    expect(stdout.trim()).toBe(
      `ERR_NDSR_INVALID_ARGUMENT The backend '${url.split(':')[0]}' is not installed: ${command}`,
    );
  });
});
