// `npm run version`: raises the versions of all packages together, and writes their changelogs, from the files in .changeset.
import { pnpm, runMain, step, tool } from './workspace.mjs';

const minute = 60_000;

await runMain(async () => {
  await step('Raising versions', tool('changeset'), ['version'], { timeoutMs: minute });
  // The packages name one another by version, and the lock file repeats that.
  await pnpm('Updating the lock file', ['install', '--lockfile-only', '--ignore-scripts'], { timeoutMs: 5 * minute });
});
