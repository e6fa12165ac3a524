import { CertificateAuthority, ZooKeeperServer } from '@ndsr/zookeeper-testing';
import { clientSuite } from '@ndsr/zookeeper-testing/client-suite';
import { afterAll, beforeAll, test } from 'vitest';
import type { TlsOptions } from '../../src/index.js';
import { openRealClients } from './real/real-clients.js';
import { warmUp } from './real/warm-up.js';

// The layers above the clients do not depend on TLS, so their suites are not run again.
let authority: CertificateAuthority;
let server: ZooKeeperServer;
let tls: TlsOptions;
beforeAll(async () => {
  authority = await CertificateAuthority.create();
  const [theirs, ours] = await Promise.all([authority.issue(), authority.issue({ hosts: ['client'] })]);
  server = await ZooKeeperServer.start({
    tickTimeMs: 500,
    tls: { keyStore: theirs.keyStore, trustStore: authority.certificateFile },
  });
  tls = { caFile: authority.certificateFile, certFile: ours.certificateFile, keyFile: ours.keyFile };
  await warmUp(server.secure, tls);
}, 240_000);
afterAll(async () => {
  await server?.stop();
  await authority?.[Symbol.asyncDispose]();
});

const open = () => openRealClients(server, tls);
clientSuite({ test, open, faults: true, halfOpen: true, replace: true, settleMs: 150 });
