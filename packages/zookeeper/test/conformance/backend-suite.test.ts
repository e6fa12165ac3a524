import { backendSuite } from '@ndsr/conformance';
import { ZooKeeperServer } from '@ndsr/zookeeper-testing';
import { openRealBackends } from '@ndsr/zookeeper-testing/fixtures';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { binding } from './binding.js';

let server: ZooKeeperServer;
beforeAll(async () => {
  server = await ZooKeeperServer.start({ tickTimeMs: 200 });
});
afterAll(() => server.stop());

describe.each([
  ['recursive', true],
  ['one-shot', false],
])('with %s watches', (_, recursiveWatches) => {
  const open = () => openRealBackends(server, binding(recursiveWatches));
  backendSuite({ test, open, faults: true, settleMs: 150 });
});
