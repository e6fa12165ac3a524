// Packs the packages and installs them into an empty folder, to try them before they are on npm: `npm run pack:try -- FOLDER`.
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { publishedPackages } from './members.mjs';
import { build, install, runMain, StepError, step } from './workspace.mjs';

const minute = 60_000;

await runMain(async () => {
  const [folder = ''] = process.argv.slice(2);
  const { INIT_CWD: calledFrom = '' } = process.env;
  if (folder === '') throw new StepError('Usage: npm run pack:try -- FOLDER', 2);
  await packAndInstall(resolve(calledFrom, folder));
});

/** @param {string} folder */
async function packAndInstall(folder) {
  if (existsSync(folder) && readdirSync(folder).length > 0) throw new StepError(`${folder} is not empty.`, 2);
  await install();
  await build();
  const tarballs = join(folder, 'packages');
  mkdirSync(tarballs, { recursive: true });
  const folders = publishedPackages().map((member) => member.folder);
  await step('Packing', 'npm', ['pack', '--silent', '--pack-destination', tarballs, ...folders], {
    timeoutMs: 2 * minute,
  });
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }\n');
  // The native binding is compiled during its installation, so it is packed and not installed.
  const files = readdirSync(tarballs).filter((file) => !file.includes('native'));
  const args = ['install', '--prefix', folder, '--no-audit', '--no-fund', ...files.map((file) => join(tarballs, file))];
  await step('Installing', 'npm', args, { timeoutMs: 5 * minute });
  console.log(`\nInstalled in ${folder}. To use them: cd ${folder}`);
}
