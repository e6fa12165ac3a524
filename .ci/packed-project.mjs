// A user's project with the packages as they would be published, for tests of what is packed. No registry is needed.
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { publishedPackages } from './members.mjs';
import { stage } from './stage.mjs';
import { root } from './workspace.mjs';

export const exampleRepository = 'https://example.org/owner/ndsr';

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
    for (const member of publishedPackages()) stage(member, folderOf(project, member.manifest.name), exampleRepository);
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
