import { ZooKeeperServer } from '@ndsr/zookeeper-testing';
import { clientSuite } from '@ndsr/zookeeper-testing/client-suite';
import { openRealClients } from '@ndsr/zookeeper-testing/fixtures';
import { afterAll, beforeAll, test } from 'vitest';
import { createZooKeeperClient } from '../../src/index.js';

let server: ZooKeeperServer;
beforeAll(async () => {
  server = await ZooKeeperServer.start({ tickTimeMs: 200 });
});
afterAll(() => server.stop());

clientSuite({
  test,
  open: () => openRealClients(server, { createClient: createZooKeeperClient }),
  faults: true,
  halfOpen: true,
  replace: true,
  createAndRemove: true,
  acls: true,
  settleMs: 150,
});
