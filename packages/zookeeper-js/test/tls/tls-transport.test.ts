import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { waitUntil } from '@ndsr/test-support';
import type { ServerAddress } from '@ndsr/zookeeper-common';
import { connectTls, TlsSettings } from '@ndsr/zookeeper-common';
import { CertificateAuthority, type CertificateFiles } from '@ndsr/zookeeper-testing';
import { FakeServer } from '@ndsr/zookeeper-testing/fake';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { TlsOptions } from '../../src/index.js';
import { connected, makeClient, Recorder } from '../support/recorder.js';

const openssl = 'openssl';

let authority: CertificateAuthority;
let theirs: CertificateFiles;
let ours: CertificateFiles;

beforeAll(async () => {
  authority = await CertificateAuthority.create();
  [theirs, ours] = await Promise.all([authority.issue(), authority.issue()]);
});
afterAll(() => authority?.[Symbol.asyncDispose]());
afterEach(() => vi.unstubAllEnvs());

const proof = () => ({ cert: theirs.certificate, key: theirs.key });
const trusting = () => ({ ca: authority.certificate });

function connectWith(tls: TlsOptions) {
  const settings = TlsSettings.from('test', tls);
  if (settings === undefined) throw new Error('no TLS');
  return connectTls(settings);
}

/** The first fault of a client that tries to connect. */
async function faultOf(
  server: ServerAddress,
  tls: TlsOptions | undefined,
): Promise<{ code?: string; message: string }> {
  const client = makeClient([server], tls === undefined ? {} : { connect: connectWith(tls) });
  const recorder = new Recorder();
  client.connect(recorder.observe);
  return (await recorder.next('fault')).error;
}

/** The server's end of the connection over which its first request came. */
function socketOf({ requests: [first] }: FakeServer): TLSSocket {
  if (first === undefined) throw new Error('no request yet');
  return first.socket as TLSSocket;
}

/** Answers every connection with the same bytes. */
async function babbling(bytes: Buffer | string): Promise<ServerAddress & AsyncDisposable> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => socket.end(bytes));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { host: '127.0.0.1', port, [Symbol.asyncDispose]: async () => void server.close() };
}

describe('a connection over TLS', () => {
  it('is of the newest version that both know', async () => {
    await using newer = await FakeServer.start({ tls: proof() });
    await using older = await FakeServer.start({ tls: { ...proof(), maxVersion: 'TLSv1.2' } });
    for (const [server, version] of [[newer, 'TLSv1.3'] as const, [older, 'TLSv1.2'] as const]) {
      const { client } = await connected([server], { connect: connectWith(trusting()) });
      await client.exists({ path: '/a', watch: false });
      expect(socketOf(server).getProtocol()).toBe(version);
    }
  });

  it.each([
    ['localhost', undefined, 'localhost'],
    ['127.0.0.1', 'localhost.', 'localhost'],
    ['127.0.0.1', undefined, false],
    ['127.0.0.1', 'localhost', 'localhost'],
    ['localhost', '127.0.0.1', false],
  ])('to %s with servername %s asks for %s', async (host, servername, asked) => {
    await using server = await FakeServer.start({ tls: proof() });
    const tls = servername === undefined ? trusting() : { ...trusting(), servername };
    const client = makeClient([{ host, port: server.port }], { connect: connectWith(tls) });
    const recorder = new Recorder();
    client.connect(recorder.observe);
    await recorder.next('connected');
    await client.exists({ path: '/a', watch: false });
    expect(socketOf(server)).toMatchObject({ servername: asked });
  });

  it('checks the server, whatever the environment variables are', async () => {
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
    await using server = await FakeServer.start({ tls: proof() });
    const { code, message } = await faultOf(server, {});
    expect(code).toBe('ERR_NDSR_TLS');
    expect(message).toMatch(/of no authority that is trusted here/);
    expect(server.handshakes).toBe(0);
  });

  it('survives cuts, and reads the credentials of its moment each time', async () => {
    await using server = await FakeServer.start({ tls: { ...proof(), ...trusting(), requestCert: true } });
    const tls = { ...trusting(), certFile: ours.certificateFile, keyFile: ours.keyFile };
    const { recorder } = await connected([server], { connect: connectWith(tls) });
    for (const number of [2, 3, 4]) {
      server.cut();
      await recorder.next('connected', number);
    }
    expect(recorder.of('fault')).toEqual([]);
  });

  it('takes a PKCS #12 with its passphrase from files', async () => {
    const file = `${ours.certificateFile}.p12`;
    const from = ['-inkey', ours.keyFile, '-in', ours.certificateFile];
    execFileSync(openssl, ['pkcs12', '-export', ...from, '-out', file, '-passout', 'pass:word']);
    writeFileSync(`${file}.word`, 'word\n');
    await using server = await FakeServer.start({
      tls: { ...proof(), ...trusting(), requestCert: true, rejectUnauthorized: true },
    });
    const tls = { ...trusting(), pfxFile: file, passphraseFile: `${file}.word` };
    const { client } = await connected([server], { connect: connectWith(tls) });
    await client.exists({ path: '/a', watch: false });
    expect(socketOf(server).authorized).toBe(true);
    writeFileSync(`${file}.word`, 'another');
    const { message } = await faultOf(server, tls);
    expect(message).toMatch(/\.p12 \(pfxFile\) cannot be used, or not with this passphrase/);
  });
});

describe('a client that cannot talk to its server', () => {
  it('reports that a certificate is required, by an alert that in TLS 1.3 arrives after the handshake', async () => {
    await using server = await FakeServer.start({
      tls: { ...proof(), ...trusting(), requestCert: true, rejectUnauthorized: true },
    });
    const { code, message } = await faultOf(server, trusting());
    expect(code).toBe('ERR_NDSR_TLS');
    expect(message).toMatch(/it wants a client certificate: give options 'cert' and 'key'/);
  });

  it('reports an unsupported version', async () => {
    await using server = await FakeServer.start({ tls: { ...proof(), maxVersion: 'TLSv1.2' } });
    const { message } = await faultOf(server, { ...trusting(), minVersion: 'TLSv1.3' });
    expect(message).toMatch(/no TLS version or cipher that both sides take \(options 'minVersion', 'maxVersion'\)/);
  });

  it.each(['HTTP/1.1 400 Bad Request\r\n\r\n', Buffer.alloc(100)])(
    'reports an answer that is not TLS: %j',
    async (bytes) => {
      await using server = await babbling(bytes);
      const { code, message } = await faultOf(server, trusting());
      expect(code).toBe('ERR_NDSR_TLS');
      expect(message).toMatch(
        new RegExp(`No TLS connection to 127.0.0.1:${server.port}: .*expected .*secureClientPort`),
      );
    },
  );

  it('reports a TLS answer without TLS enabled, once', async () => {
    await using server = await babbling(Buffer.from('15030300020228', 'hex'));
    const client = makeClient([server]);
    const recorder = new Recorder();
    client.connect(recorder.observe);
    const { error } = await recorder.next('fault');
    expect(error.message).toMatch(/^127\.0\.0\.1:\d+ speaks TLS, and was not spoken to in TLS: option 'tls'/);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(recorder.types).toEqual(['fault']);
  });

  it('reports nothing if no server listens, nor while a verified server goes down and comes up', async () => {
    await using server = await FakeServer.start({ tls: proof() });
    const { recorder } = await connected([server], { connect: connectWith(trusting()) });
    await using babbler = await babbling('');
    const nobody = { host: '127.0.0.1', port: 1 };
    const { recorder: other } = await connected([nobody, server], { connect: connectWith(trusting()) });
    server.cut();
    await recorder.next('connected', 2);
    expect([...recorder.of('fault'), ...other.of('fault')]).toEqual([]);
    // So it is for the next session of the same registry.
    const next = makeClient([babbler], { connect: connectWith(trusting()), endpoint: { verified: true } });
    const nextRecorder = new Recorder();
    next.connect(nextRecorder.observe);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(nextRecorder.types).toEqual([]);
    // While one that never was good is explained.
    expect((await faultOf(babbler, trusting())).message).toMatch(/as a port without TLS does/);
  });
});

describe('close', () => {
  it('leaves no connection, in the middle of a handshake', async () => {
    let open = 0;
    const silent = createServer((socket) => {
      open += 1;
      socket.on('error', () => undefined);
      socket.resume();
      socket.on('close', () => {
        open -= 1;
      });
    });
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const client = makeClient([{ host: '127.0.0.1', port }], { connect: connectWith(trusting()) });
    client.connect(() => undefined);
    await waitUntil('a connection', () => open === 1);
    await client.close();
    await waitUntil('the end of the connection', () => open === 0);
    silent.close();
  });
});
