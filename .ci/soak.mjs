// `npm run soak`: installs, builds and compiles what the soak needs, and runs it.
// What follows `--` goes to it: npm run soak -- --minutes 60 --seed 1234
import { join } from 'node:path';
import { readOptions, UsageError } from '../packages/chaos/src/runners/soak/options.mjs';
import { ensureNativeBinding } from './native-binding.mjs';
import { build, install, root, runMain, StepError, show } from './workspace.mjs';
import { ensureZooKeeper } from './zookeeper.mjs';

/** For the last round, the servers' start and end. */
const graceMinutes = 8;

await runMain(async () => {
  const args = process.argv.slice(2);
  const { minutes } = read(args);
  await install();
  await build(['@ndsr/zookeeper-js', '@ndsr/zookeeper-native', '@ndsr/zookeeper-testing']);
  await ensureNativeBinding();
  await ensureZooKeeper();
  process.exitCode = await show(process.execPath, [join(root, 'packages/chaos/src/runners/soak/soak.mjs'), ...args], {
    timeoutMs: (minutes + graceMinutes) * 60_000,
  });
});

/**
 * Asked before anything is installed: a typo should not cost a minute.
 *
 * @param {readonly string[]} args
 */
function read(args) {
  try {
    return readOptions(args);
  } catch (error) {
    if (error instanceof UsageError) throw new StepError(error.message, 2);
    throw error;
  }
}
