import { backendSuite, registrySuite } from '@ndsr/conformance';
import { ZooKeeperServer } from '@ndsr/zookeeper-testing';
import { openRealBackends, openRealRegistries } from '@ndsr/zookeeper-testing/fixtures';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { binding } from './binding.js';

/** The kind of watches. The servers call the second kind persistent recursive watches. */
type Watches = 'one-shot watches' | 'recursive watches';

/** Runs the backend suite, on a server of its own. */
export function realBackendSuite(watches: Watches): void {
  const server = oneServer();
  describe(`with ${watches}`, () => {
    const open = () => openRealBackends(server(), binding(watches === 'recursive watches'));
    backendSuite({ test, open, faults: true, settleMs: 150 });
  });
}

/** Runs the registry suite, on a server of its own. */
export function realRegistrySuite(watches: Watches): void {
  const server = oneServer();
  describe(`with ${watches}`, () => {
    const open = () => openRealRegistries(server(), binding(watches === 'recursive watches'));
    registrySuite({ test, open, faults: true, refuseByClosing: true, settleMs: 150 });
  });
}

function oneServer(): () => ZooKeeperServer {
  let server: ZooKeeperServer;
  beforeAll(async () => {
    server = await ZooKeeperServer.start({ tickTimeMs: 200 });
  });
  afterAll(() => server.stop());
  return () => server;
}
