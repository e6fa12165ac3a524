// Builds one package: node ../../.ci/compile.mjs, started in its folder by its script `build`. Its dist is emptied first: the files of
// removed sources would stay, and imports of them would continue to work.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { show, tool } from './workspace.mjs';

rmSync('dist', { recursive: true, force: true });
process.exitCode = await show(tool('tsc'), ['-p', join(process.cwd(), 'tsconfig.build.json')], {
  timeoutMs: 5 * 60_000,
});
