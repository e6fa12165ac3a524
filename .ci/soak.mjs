// `npm run soak`: installs, builds and compiles everything that the soak needs, and runs it.
// Arguments after `--` are passed on: npm run soak -- --minutes 60 --seed 1234
import { join } from 'node:path';
import { readOptions, UsageError } from '../packages/chaos/src/runners/soak/options.mjs';
import { ensureNativeBinding } from './native-binding.mjs';
import { build, install, readArguments, root, runMain, show } from './workspace.mjs';
import { ensureZooKeeper } from './zookeeper.mjs';

/** Extra time for the last round, and for the start and the end of the servers. */
const graceMinutes = 8;

await runMain(async () => {
  const { args, options } = readArguments(readOptions, UsageError);
  await install();
  await build(['@ndsr/zookeeper', '@ndsr/zookeeper-js', '@ndsr/zookeeper-native', '@ndsr/zookeeper-testing']);
  await ensureNativeBinding();
  await ensureZooKeeper();
  process.exitCode = await show(process.execPath, [join(root, 'packages/chaos/src/runners/soak/soak.mjs'), ...args], {
    timeoutMs: (options.minutes + graceMinutes) * 60_000,
  });
});
