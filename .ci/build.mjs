// `npm run build`: installs everything according to the lock file, and builds it. After that the examples run in a clone.
import { build, install, runMain } from './workspace.mjs';

await runMain(async () => {
  await install();
  await build();
});
