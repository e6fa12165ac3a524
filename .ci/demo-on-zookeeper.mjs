// The demo as users run it, on a real server: at its root and under a chroot. It must leave nothing behind.
import { join } from 'node:path';
import { ZooKeeperServer } from '../packages/zookeeper-testing/dist/index.js';
import { root, runMain, StepError, show } from './workspace.mjs';

await runMain(async () => {
  const server = await ZooKeeperServer.start();
  try {
    // Under a chroot first: it is made, and may stay.
    await demo(`zookeeper-js://${server.address}/some/place`);
    const before = await server.counters();
    await demo(`zookeeper-js://${server.address}`);
    const after = await server.counters();
    if (after.znodes !== before.znodes)
      throw new StepError(`The demo left ${after.znodes - before.znodes} nodes behind.`);
  } finally {
    await server.stop();
  }
});

/** @param {string} url */
async function demo(url) {
  const exitCode = await show(process.execPath, [join(root, '.ci/demo.mjs'), url], { timeoutMs: 90_000 });
  if (exitCode !== 0) throw new StepError(`The demo on ${url} failed.`, exitCode);
}
