import { ZooKeeperServer } from '@ndsr/zookeeper-testing';
import { clientSuite } from '@ndsr/zookeeper-testing/client-suite';
import { openRealClients } from '@ndsr/zookeeper-testing/fixtures';
import { afterAll, beforeAll, test } from 'vitest';
import { binding } from './binding.js';

let server: ZooKeeperServer;
beforeAll(async () => {
  server = await ZooKeeperServer.start({ tickTimeMs: 200 });
});
afterAll(() => server.stop());

clientSuite({
  test,
  open: () => openRealClients(server, binding),
  faults: true,
  halfOpen: true,
  acls: true,
  settleMs: 150,
});
