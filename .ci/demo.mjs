// `npm run demo`: installs and builds what the demo needs, and shows it. `npm run demo -- zookeeper-js://127.0.0.1:2181`
import { join } from 'node:path';
import { parseTarget, UnknownTargetError } from '../examples/demo/target.mjs';
import { hasWholeWorkspace, prepareStandalone } from './standalone-demo.mjs';
import { build, install, root, runMain, StepError, show } from './workspace.mjs';

await runMain(async () => {
  const args = process.argv.slice(2);
  const { packages } = readTarget(args);
  const demo = await (hasWholeWorkspace() ? prepareInWorkspace(packages) : prepareStandalone(packages));
  const exitCode = await show(process.execPath, [demo, ...args], {
    timeoutMs: 5 * 60_000,
  });
  process.exitCode = exitCode;
});

/** @param {readonly string[]} packages */
async function prepareInWorkspace(packages) {
  await install();
  await build(packages);
  return join(root, 'examples/demo/demo.mjs');
}

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
