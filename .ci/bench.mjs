// `npm run bench`: installs, builds and compiles what the benchmarks need, and runs them.
// Arguments after `--` are passed on: npm run bench -- --only register --json figures.json
import { join } from 'node:path';
import { readOptions, UsageError } from '../packages/benchmarks/src/options.mjs';
import { allSubjects } from '../packages/benchmarks/src/subjects.mjs';
import { workloads } from '../packages/benchmarks/src/workloads/workloads.mjs';
import { ensureNativeBinding } from './native-binding.mjs';
import { ensurePython } from './python.mjs';
import { build, install, readArguments, root, runMain, show } from './workspace.mjs';
import { ensureZooKeeper } from './zookeeper.mjs';

const minute = 60_000;
/** Enough for seven rounds of everything on a slow machine. */
const limitMs = 180 * minute;

await runMain(async () => {
  const choice = { works: workloads.map(({ name }) => name), subjects: allSubjects };
  const { args, options } = readArguments((given) => readOptions(given, choice), UsageError);
  await install();
  await build([
    '@ndsr/memory',
    '@ndsr/zookeeper',
    '@ndsr/zookeeper-js',
    '@ndsr/zookeeper-native',
    '@ndsr/zookeeper-testing',
  ]);
  await ensureNativeBinding();
  await ensureZooKeeper();
  // A quick run does not use kazoo.
  if (!options.quick) await ensurePython();
  process.exitCode = await show(process.execPath, [join(root, 'packages/benchmarks/src/bench.mjs'), ...args], {
    timeoutMs: limitMs,
  });
});
