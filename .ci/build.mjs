// `npm run build`: installs everything as the lock file says, and builds it. From a clone, examples run after that.
import { build, install, runMain } from './workspace.mjs';

await runMain(async () => {
  await install();
  await build();
});
