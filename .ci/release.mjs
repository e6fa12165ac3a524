// `npm run release`: publishes every package whose version is not on npm yet. `npm run release -- --dry-run` shows what would be sent.
// Before it: `npm run version`, which raises the versions and writes the changelogs, and a commit of that.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { publishedPackages, withSiblings } from './members.mjs';
import { repositoryUrl, stage } from './stage.mjs';
import { build, execute, install, runMain, StepError, step } from './workspace.mjs';

const minute = 60_000;
const { values } = parseArgs({ options: { 'dry-run': { type: 'boolean', default: false } } });

await runMain(async () => {
  const repository = repositoryUrl();
  if (repository === '' && !values['dry-run']) {
    throw new StepError(
      'Where is this repository? Add "repository": { "type": "git", "url": "…" } to package.json at the top.',
    );
  }
  await install();
  await build();
  const folder = mkdtempSync(join(tmpdir(), 'ndsr-release-'));
  try {
    // A package after those that it needs.
    for (const member of withSiblings(publishedPackages().map(({ manifest }) => manifest.name))) {
      const { name, version = '' } = member.manifest;
      const target = join(folder, member.name);
      if (!values['dry-run'] && version === '0.0.0') throw new StepError('No version yet: npm run version');
      stage(member, target, repository);
      if (!values['dry-run'] && (await isOnNpm(name, version))) continue;
      await step(`${name} ${version}`, 'npm', ['publish', ...publishOptions(version), target], {
        timeoutMs: 5 * minute,
      });
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

/** @param {string} version `1.0.0-rc.0` is not what `npm install` takes by itself */
function publishOptions(version) {
  const tag = /-([a-z]+)/.exec(version)?.[1] ?? 'latest';
  return ['--access', 'public', '--tag', tag, ...(values['dry-run'] ? ['--dry-run'] : [])];
}

/**
 * @param {string} name
 * @param {string} version
 */
async function isOnNpm(name, version) {
  const { exitCode } = await execute('npm', ['view', `${name}@${version}`, 'version'], {
    timeoutMs: minute,
    show: false,
  });
  return exitCode === 0;
}
