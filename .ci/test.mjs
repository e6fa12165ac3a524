// `npm test` and `npm run test:all`: installs everything, a real ZooKeeper and kazoo for Python included, builds, and runs tests.
// The first argument selects the tests: fast (`npm test`) or slow (the others; see .ci/vitest/selection.ts). Arguments after `--` are
// passed to vitest: npm test -- --project core, npm test -- -t 'a name'
import { canHaveNativeBinding, ensureNativeBinding } from './native-binding.mjs';
import { ensurePython } from './python.mjs';
import { build, install, runMain, StepError, show, tool } from './workspace.mjs';
import { ensureZooKeeper } from './zookeeper.mjs';

const [, , selection = 'fast', ...vitestArguments] = process.argv;

await runMain(async () => {
  await install();
  await build();
  if (canHaveNativeBinding) await ensureNativeBinding();
  else leaveOutNativeTests();
  await ensureZooKeeper();
  await ensurePython();
  process.env.NDSR_TESTS = selection;
  const exitCode = await show(tool('vitest'), ['run', ...vitestArguments], { timeoutMs: 60 * 60_000 });
  if (exitCode !== 0) throw new StepError('The tests failed.', exitCode);
});

function leaveOutNativeTests() {
  console.log('The npm package zookeeper does not compile for this Node: the tests that need it are left out.');
  process.env.NDSR_WITHOUT_NATIVE = 'yes';
}
