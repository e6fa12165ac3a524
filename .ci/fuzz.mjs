// `npm run fuzz`: installs and builds what the fuzzer needs, and runs it.
// What follows `--` goes to it: npm run fuzz -- --count 100000
import { join } from 'node:path';
import { readOptions, UsageError } from '../packages/zookeeper-js/test/fuzz/options.mjs';
import { build, install, root, runMain, StepError, show } from './workspace.mjs';

/** For 20,000 damaged replies; measured 4 s of CPU. */
const minutesPer20000 = 5;

await runMain(async () => {
  const args = process.argv.slice(2);
  const { count } = read(args);
  await install();
  await build(['@ndsr/zookeeper-js']);
  process.exitCode = await show(process.execPath, [join(root, 'packages/zookeeper-js/test/fuzz/fuzz.mjs'), ...args], {
    timeoutMs: Math.ceil(count / 20_000) * minutesPer20000 * 60_000,
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
