// A user's project with the packages as they would be published, for tests of what is packed. No registry is needed.
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { publishedPackages } from './members.mjs';
import { root, tool } from './workspace.mjs';

const exec = promisify(execFile);

/** Packages that users install in addition to ours, as links into the workspace. */
const beside = {
  'node-zookeeper-client': 'packages/zookeeper-js/node_modules/node-zookeeper-client',
  '@types/node': 'node_modules/@types/node',
};

/**
 * Creates the project in a temporary folder; remove it in the end.
 *
 * @returns {Promise<string>} the folder
 */
export async function createPackedProject() {
  const project = await mkdtemp(join(tmpdir(), 'ndsr-packages-'));
  try {
    for (const { folder, manifest } of publishedPackages()) await unpack(folder, folderOf(project, manifest.name));
    for (const [name, place] of Object.entries(beside)) {
      const link = folderOf(project, name);
      await mkdir(dirname(link), { recursive: true });
      await symlink(await realpath(join(root, place)), link);
    }
    await writeFile(join(project, 'package.json'), '{ "type": "module" }');
    return project;
  } catch (error) {
    await rm(project, { recursive: true });
    throw error;
  }
}

/**
 * @param {string} project
 * @param {string} name of a package
 */
export function folderOf(project, name) {
  return join(project, 'node_modules', name);
}

/**
 * Packs a package for publishing and unpacks it into `place`.
 *
 * @param {string} folder
 * @param {string} place
 */
async function unpack(folder, place) {
  await mkdir(place, { recursive: true });
  const tarball = join(place, 'package.tgz');
  await exec(tool('pnpm'), ['pack', '--out', tarball], { cwd: folder, timeout: 180_000 });
  await exec('tar', ['xzf', tarball, '--strip-components=1', '-C', place]);
  await rm(tarball);
}
