import { execFileSync } from 'node:child_process';
import { cpSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './workspace.mjs';

/**
 * Copies tracked and untracked files, without ignored ones: the work tree without installed and built files.
 *
 * @param {string} copy a folder that does not exist
 */
export function copyRepository(copy) {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
  });
  for (const file of new Set(listed.split('\0'))) {
    // A deleted file is still listed until the deletion is committed.
    if (file !== '' && existsSync(join(root, file))) cpSync(join(root, file), join(copy, file), { recursive: true });
  }
  return copy;
}
