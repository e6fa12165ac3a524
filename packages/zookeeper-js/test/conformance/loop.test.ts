import { backendSuite } from '@ndsr/conformance';
import { ZooKeeperServer } from '@ndsr/zookeeper-testing';
import { afterAll, beforeAll, test } from 'vitest';
import { openRealBackends } from './real/real-backends.js';

let server: ZooKeeperServer;
beforeAll(async () => {
  server = await ZooKeeperServer.start({ tickTimeMs: 200 });
});
afterAll(() => server.stop());
for (let i = 0; i < 60; i++)
  backendSuite({
    test: (name, run) => {
      if (name.includes('random changes, outages') || name.startsWith('an expired')) test(`${name} ${i}`, run);
    },
    open: () => openRealBackends(server),
    faults: true,
    settleMs: 50,
  });
