import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packages, publishedPackages } from '../members.mjs';
import { root, tool } from '../workspace.mjs';

const exec = promisify(execFile);

/** A copy of what `npm run version` reads and writes. */
const folder = await mkdtemp(join(tmpdir(), 'ndsr-versions-'));
afterAll(() => rm(folder, { recursive: true }));

beforeAll(async () => {
  const manifests = packages().map((member) => join(member.folder, 'package.json'));
  const files = ['package.json', 'pnpm-workspace.yaml', '.changeset', ...manifests.map((file) => relative(root, file))];
  for (const file of files) await cp(join(root, file), join(folder, file), { recursive: true });
  const git = ['-c', 'user.name=test', '-c', 'user.email=test@example.org'];
  await exec('git', ['init', '--quiet', '--initial-branch=main'], { cwd: folder });
  await exec('git', ['add', '.'], { cwd: folder });
  await exec('git', [...git, 'commit', '--quiet', '--message=All'], { cwd: folder });
  await exec(tool('changeset'), ['version'], { cwd: folder });
}, 120_000);

describe('the next release', () => {
  it.each(publishedPackages())(
    'has $manifest.name with the version of all, a changelog, and ranges that include the others',
    async (member) => {
      const place = join(folder, relative(root, member.folder));
      const manifest = JSON.parse(await readFile(join(place, 'package.json'), 'utf8'));
      const core = JSON.parse(await readFile(join(folder, 'packages/core/package.json'), 'utf8'));
      expect(manifest.version).toMatch(/^1\.\d+\.\d+(-rc\.\d+)?$/);
      expect(manifest.version).toBe(core.version);
      const needed = Object.entries({ ...manifest.dependencies, ...manifest.peerDependencies });
      const ours = needed.filter(([name]) => name.startsWith('@ndsr/'));
      expect(ours).toEqual(ours.map(([name]) => [name, `^${manifest.version}`]));
      expect(await readFile(join(place, 'CHANGELOG.md'), 'utf8')).toContain(`## ${manifest.version}\n`);
    },
  );
});
