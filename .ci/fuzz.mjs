// `npm run fuzz`: installs and builds everything that the fuzzer needs, and runs it.
// Arguments after `--` are passed on: npm run fuzz -- --count 100000
import { join } from 'node:path';
import { readOptions, UsageError } from '../packages/zookeeper/test/fuzz/options.mjs';
import { build, install, readArguments, root, runMain, show } from './workspace.mjs';

/** For 20,000 damaged replies; measured 4 s of CPU. */
const minutesPer20000 = 5;

await runMain(async () => {
  const { args, options } = readArguments(readOptions, UsageError);
  await install();
  await build(['@ndsr/zookeeper', '@ndsr/zookeeper-js']);
  process.exitCode = await show(process.execPath, [join(root, 'packages/zookeeper/test/fuzz/fuzz.mjs'), ...args], {
    timeoutMs: Math.ceil(options.count / 20_000) * minutesPer20000 * 60_000,
  });
});
