// Runs one test file on every backend, by changing only NDSR_URL.
import { join } from 'node:path';
import { ZooKeeperServer } from '../packages/zookeeper-testing/dist/index.js';
import { execute, root, runMain, StepError } from './workspace.mjs';

const file = join(root, 'examples/any-backend/any-backend.test.mjs');

await runMain(async () => {
  const server = await ZooKeeperServer.start();
  try {
    const { address } = server;
    for (const url of [
      'memory:fleet',
      `zookeeper://${address}/own`,
      `zookeeper-js://${address}/js`,
      `zookeeper-native://${address}/native`,
    ]) {
      const { exitCode, output } = await execute(process.execPath, ['--test', file], {
        timeoutMs: 60_000,
        env: { NDSR_URL: url },
        show: false,
      });
      if (exitCode !== 0) throw new StepError(`On ${url}:\n${output}`);
      console.log(`${url}: ${/^. pass (\d+)/m.exec(output)?.[1]} tests passed`);
    }
  } finally {
    await server.stop();
  }
});
