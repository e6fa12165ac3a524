// `npm run demo`: installs and builds the packages of the demo, and runs it. `npm run demo -- zookeeper-js://127.0.0.1:2181`
import { join } from 'node:path';
import { parseTarget, UnknownTargetError } from '../examples/demo/target.mjs';
import { hasWholeWorkspace, prepareStandalone } from './standalone-demo.mjs';
import { build, install, readArguments, root, runMain, show } from './workspace.mjs';

await runMain(async () => {
  const { args, options } = readArguments(parseTarget, UnknownTargetError);
  const { packages } = options;
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
