import { registrySuite } from '@ndsr/conformance';
import { ZooKeeperServer } from '@ndsr/zookeeper-testing';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { openRealRegistries } from './real/real-backends.js';

let server: ZooKeeperServer;
beforeAll(async () => {
  server = await ZooKeeperServer.start({ tickTimeMs: 200 });
});
afterAll(() => server.stop());

describe.each([
  ['one-shot watches', false],
  ['recursive watches', true],
])('with %s', (_, recursiveWatches) => {
  registrySuite({
    test,
    open: () => openRealRegistries(server, recursiveWatches),
    faults: true,
    refuseByClosing: true,
    settleMs: 150,
  });
});
