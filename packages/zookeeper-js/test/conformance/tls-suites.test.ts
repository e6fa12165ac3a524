import { registrySuite } from '@ndsr/conformance';
import { clientSuite } from '@ndsr/zookeeper-common/testing';
import { CertificateAuthority, ZooKeeperServer } from '@ndsr/zookeeper-testing';
import { afterAll, beforeAll, describe, test } from 'vitest';
import type { TlsOptions } from '../../src/index.js';
import { openRealRegistries } from './real/real-backends.js';
import { openRealClients } from './real/real-clients.js';

let authority: CertificateAuthority;
let server: ZooKeeperServer;
let tls: TlsOptions;
beforeAll(async () => {
  authority = await CertificateAuthority.create();
  const [theirs, ours] = await Promise.all([authority.issue(), authority.issue({ hosts: ['client'] })]);
  server = await ZooKeeperServer.start({
    tickTimeMs: 200,
    tls: { keyStore: theirs.keyStore, trustStore: authority.certificateFile },
  });
  tls = { caFile: authority.certificateFile, certFile: ours.certificateFile, keyFile: ours.keyFile };
});
afterAll(async () => {
  await server.stop();
  await authority[Symbol.asyncDispose]();
});

describe('clients over TLS', () => {
  const open = () => openRealClients(server, tls);
  clientSuite({ test, open, faults: true, halfOpen: true, replace: true, settleMs: 150 });
});

describe('registries over TLS', () => {
  registrySuite({ test, open: () => openRealRegistries(server, tls), faults: true, settleMs: 150 });
});
