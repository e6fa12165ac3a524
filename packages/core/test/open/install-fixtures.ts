import { copyFile, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join, parse } from 'node:path';
import { TemporaryFolder } from '../support/temporary-folder.js';

const fixtures = new URL('./fixtures/', import.meta.url);

/** An application that has installed other people's backends, one for each fixture. Returns what undoes it. */
export async function installFixtures(): Promise<() => void> {
  const [, before] = process.argv;
  const project = new TemporaryFolder();
  for (const file of await readdir(fixtures)) {
    const folder = join(project.path, 'node_modules', parse(file).name);
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'package.json'), '{ "main": "index.mjs" }');
    await copyFile(new URL(file, fixtures), join(folder, 'index.mjs'));
  }
  process.argv[1] = project.file('main.mjs');
  return () => {
    if (before !== undefined) process.argv[1] = before;
    project[Symbol.dispose]();
  };
}
