import { registrySuite } from '@ndsr/conformance';
import { ZooKeeperServer } from '@ndsr/zookeeper-testing';
import { afterAll, beforeAll, test } from 'vitest';
import { openRealRegistries } from './real/real-backends.js';

let server: ZooKeeperServer;
beforeAll(async () => {
  server = await ZooKeeperServer.start({ tickTimeMs: 200 });
});
afterAll(() => server.stop());

registrySuite({ test, open: () => openRealRegistries(server), faults: true, refuseByClosing: true, settleMs: 150 });
