import { registrySuite } from '@ndsr/conformance';
import { ZooKeeperServer } from '@ndsr/zookeeper-testing';
import { openRealRegistries } from '@ndsr/zookeeper-testing/fixtures';
import { afterAll, beforeAll, test } from 'vitest';
import { binding } from './binding.js';

let server: ZooKeeperServer;
beforeAll(async () => {
  server = await ZooKeeperServer.start({ tickTimeMs: 200 });
});
afterAll(() => server.stop());

registrySuite({
  test,
  open: () => openRealRegistries(server, binding),
  faults: true,
  refuseByClosing: true,
  settleMs: 150,
});
