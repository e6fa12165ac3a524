// `npm test`: installs everything, a real ZooKeeper and kazoo for Python included, builds, and runs all tests.
// What follows `--` goes to vitest: npm test -- packages/core, npm test -- -t 'a name'
import { ensureNativeBinding } from './native-binding.mjs';
import { ensurePython } from './python.mjs';
import { build, install, runMain, StepError, show, tool } from './workspace.mjs';
import { ensureZooKeeper } from './zookeeper.mjs';

await runMain(async () => {
  await install();
  await build();
  await ensureNativeBinding();
  await ensureZooKeeper();
  await ensurePython();
  const exitCode = await show(tool('vitest'), ['run', ...process.argv.slice(2)], { timeoutMs: 45 * 60_000 });
  if (exitCode !== 0) throw new StepError('The tests failed.', exitCode);
});
