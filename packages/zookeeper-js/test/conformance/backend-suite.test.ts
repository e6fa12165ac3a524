import { backendSuite } from '@ndsr/conformance';
import { ZooKeeperServer } from '@ndsr/zookeeper-testing';
import { afterAll, beforeAll, test } from 'vitest';
import { openRealBackends } from './real/real-backends.js';

let server: ZooKeeperServer;
beforeAll(async () => {
  server = await ZooKeeperServer.start({ tickTimeMs: 200 });
});
afterAll(() => server.stop());

backendSuite({ test, open: () => openRealBackends(server), faults: true, settleMs: 150 });
