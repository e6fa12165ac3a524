import { connectTls, TlsSettings, type ZooKeeperClientFactory } from '@ndsr/zookeeper-common';
import { CertificateAuthority, ZooKeeperServer } from '@ndsr/zookeeper-testing';
import { clientSuite } from '@ndsr/zookeeper-testing/client-suite';
import { openRealClients, warmUp } from '@ndsr/zookeeper-testing/fixtures';
import { afterAll, beforeAll, test } from 'vitest';
import { createZooKeeperClient } from '../../src/index.js';

// The layers above the clients do not depend on TLS, so their suites are not run again.
let authority: CertificateAuthority;
let server: ZooKeeperServer;
let createClient: ZooKeeperClientFactory;
beforeAll(async () => {
  authority = await CertificateAuthority.create();
  const [theirs, ours] = await Promise.all([authority.issue(), authority.issue({ hosts: ['client'] })]);
  server = await ZooKeeperServer.start({
    tickTimeMs: 500,
    tls: { keyStore: theirs.keyStore, trustStore: authority.certificateFile },
  });
  const tls = { caFile: authority.certificateFile, certFile: ours.certificateFile, keyFile: ours.keyFile };
  const settings = TlsSettings.from('fixture', tls);
  if (settings === undefined) throw new Error('no TLS');
  const connect = connectTls(settings);
  createClient = (options) => createZooKeeperClient(options, { connect });
  await warmUp(server.secure, createClient);
}, 240_000);
afterAll(async () => {
  await server?.stop();
  await authority?.[Symbol.asyncDispose]();
});

// Servers are slow with TLS.
const open = () => openRealClients(server, { createClient, upstream: server.secure, sessionTimeoutMs: 8_000 });
clientSuite({ test, open, faults: true, halfOpen: true, replace: true, settleMs: 150 });
