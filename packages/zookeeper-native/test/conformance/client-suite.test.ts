import { ZooKeeperServer } from '@ndsr/zookeeper-testing';
import { clientSuite } from '@ndsr/zookeeper-testing/client-suite';
import { afterAll, beforeAll, test } from 'vitest';
import { openRealClients } from './real/real-clients.js';

let server: ZooKeeperServer;
beforeAll(async () => {
  server = await ZooKeeperServer.start({ tickTimeMs: 200 });
});
afterAll(() => server.stop());

clientSuite({ test, open: () => openRealClients(server), faults: true, halfOpen: true, acls: true, settleMs: 150 });
