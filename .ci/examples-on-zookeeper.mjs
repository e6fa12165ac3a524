// Runs the examples as users do, on a real server. The demo also runs under a chroot, and must leave no node behind.
import { join } from 'node:path';
import { env } from 'node:process';
import { ZooKeeperServer } from '../packages/zookeeper-testing/dist/index.js';
import { root, runMain, StepError, show } from './workspace.mjs';

await runMain(async () => {
  const server = await ZooKeeperServer.start();
  const url = `zookeeper-js://${server.address}`;
  try {
    env.NDSR_URL = `${url}/quickstart`;
    await example('examples/quickstart/quickstart.mjs');
    await example('.ci/demo.mjs', `${url}/some/chroot`);
    const before = await server.counters();
    await example('.ci/demo.mjs', url);
    const after = await server.counters();
    if (after.znodes > before.znodes)
      throw new StepError(`The demo left ${after.znodes - before.znodes} nodes behind.`);
  } finally {
    await server.stop();
  }
});

/**
 * @param {string} file
 * @param {readonly string[]} args
 */
async function example(file, ...args) {
  const exitCode = await show(process.execPath, [join(root, file), ...args], { timeoutMs: 90_000 });
  if (exitCode !== 0) throw new StepError(`${file} failed.`, exitCode);
}
