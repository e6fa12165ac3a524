// `npm run bench`: installs, builds and compiles what the benchmarks need, and runs them.
// What follows `--` goes to them: npm run bench -- --only register --json figures.json
import { join } from 'node:path';
import { readOptions, UsageError } from '../packages/benchmarks/src/options.mjs';
import { allSubjects } from '../packages/benchmarks/src/subjects.mjs';
import { workloads } from '../packages/benchmarks/src/workloads/workloads.mjs';
import { ensureNativeBinding } from './native-binding.mjs';
import { ensurePython } from './python.mjs';
import { build, install, root, runMain, StepError, show } from './workspace.mjs';
import { ensureZooKeeper } from './zookeeper.mjs';

const minute = 60_000;
/** Seven rounds of everything, on a slow machine. */
const limitMs = 180 * minute;

await runMain(async () => {
  const args = process.argv.slice(2);
  const { quick } = read(args);
  await install();
  await build(['@ndsr/memory', '@ndsr/zookeeper-js', '@ndsr/zookeeper-native', '@ndsr/zookeeper-testing']);
  await ensureNativeBinding();
  await ensureZooKeeper();
  // Kazoo takes no part in what is quick.
  if (!quick) await ensurePython();
  process.exitCode = await show(process.execPath, [join(root, 'packages/benchmarks/src/bench.mjs'), ...args], {
    timeoutMs: limitMs,
  });
});

/**
 * Asked before anything is installed: a typo should not cost a minute.
 *
 * @param {readonly string[]} args
 */
function read(args) {
  try {
    return readOptions(args, { works: workloads.map(({ name }) => name), subjects: allSubjects });
  } catch (error) {
    if (error instanceof UsageError) throw new StepError(error.message, 2);
    throw error;
  }
}
