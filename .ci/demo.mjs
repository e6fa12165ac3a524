// `npm run demo`: installs and builds what the demo needs, and shows it. `npm run demo -- zookeeper-js://127.0.0.1:2181`
import { join } from 'node:path';
import { parseTarget, UnknownTargetError } from '../examples/demo/target.mjs';
import { build, install, root, runMain, StepError, show } from './workspace.mjs';

await runMain(async () => {
  const args = process.argv.slice(2);
  const target = readTarget(args);
  await install();
  await build([target.package]);
  const exitCode = await show(process.execPath, [join(root, 'examples/demo/demo.mjs'), ...args], {
    timeoutMs: 5 * 60_000,
  });
  process.exitCode = exitCode;
});

/**
 * Asked before anything is installed: a typo should not cost a minute.
 *
 * @param {readonly string[]} args
 */
function readTarget(args) {
  try {
    return parseTarget(args);
  } catch (error) {
    if (error instanceof UnknownTargetError) throw new StepError(error.message, 2);
    throw error;
  }
}
