import { backendSuite } from '@ndsr/conformance';
import { ZooKeeperServer } from '@ndsr/zookeeper-testing';
import { openRealBackends } from '@ndsr/zookeeper-testing/fixtures';
import { afterAll, beforeAll, test } from 'vitest';
import { binding } from './binding.js';

let server: ZooKeeperServer;
beforeAll(async () => {
  server = await ZooKeeperServer.start({ tickTimeMs: 200 });
});
afterAll(() => server.stop());

backendSuite({ test, open: () => openRealBackends(server, binding), faults: true, settleMs: 150 });
