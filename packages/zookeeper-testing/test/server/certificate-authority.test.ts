import { createPrivateKey, X509Certificate } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type ConnectionOptions, connect } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { CertificateAuthority, ZooKeeperServer } from '../../src/index.js';

describe('CertificateAuthority', () => {
  it('issues certificates signed by it, each with its matching key', async () => {
    await using authority = await CertificateAuthority.create();
    const issued = await authority.issue({ hosts: ['zk1.example', '10.0.0.7'] });
    const certificate = new X509Certificate(issued.certificate);
    expect(certificate.verify(new X509Certificate(authority.certificate).publicKey)).toBe(true);
    expect(certificate.subjectAltName).toBe('DNS:zk1.example, IP Address:10.0.0.7');
    expect(certificate.checkPrivateKey(createPrivateKey(issued.key))).toBe(true);
    expect(await readFile(issued.keyStore, 'utf8')).toBe(issued.key + issued.certificate);
    const others = await Promise.all([authority.issue(), authority.issue()]);
    const numbers = others.map((other) => new X509Certificate(other.certificate).serialNumber);
    expect(new Set([certificate.serialNumber, ...numbers]).size).toBe(3);
  });

  it('issues expired certificates, and keys that need a passphrase', async () => {
    await using authority = await CertificateAuthority.create();
    const old = await authority.issue({ expired: true });
    expect(Date.parse(new X509Certificate(old.certificate).validTo)).toBeLessThan(Date.now());
    const { key } = await authority.issue({ passphrase: 'open sesame' });
    expect(() => createPrivateKey(key)).toThrow();
    expect(createPrivateKey({ key, passphrase: 'open sesame' }).type).toBe('private');
  });

  it('leaves no file', async () => {
    const authority = await CertificateAuthority.create();
    await authority.issue();
    await authority[Symbol.asyncDispose]();
    expect(existsSync(dirname(authority.certificateFile))).toBe(false);
    await authority[Symbol.asyncDispose]();
  });
});

describe('a server with tls', () => {
  it('accepts TLS clients that have a certificate, on a separate port, also after a restart', async () => {
    await using authority = await CertificateAuthority.create();
    const [mine, clients] = await Promise.all([authority.issue(), authority.issue({ hosts: ['client'] })]);
    await using server = await ZooKeeperServer.start({
      tls: { keyStore: mine.keyStore, trustStore: authority.certificateFile },
    });
    expect(server.secure.port).not.toBe(server.port);
    const options = { ...server.secure, ca: authority.certificate, cert: clients.certificate, key: clients.key };
    expect(await greet(options)).toBe('answered');
    await server.restart();
    expect(await greet(options)).toBe('answered');
    expect(await greet({ ...server.secure, ca: authority.certificate })).toMatch(/^ERR_SSL_/);
    expect(await server.mode()).toBe('standalone');
  });

  it('has no such port otherwise', async () => {
    await using server = await ZooKeeperServer.start();
    expect(() => server.secure).toThrow(/was started without tls/);
  });
});

/** Requests a session. */
function greet(options: ConnectionOptions): Promise<string> {
  const greeting = Buffer.alloc(48);
  greeting.writeInt32BE(44, 0);
  greeting.writeInt32BE(4_000, 16);
  greeting.writeInt32BE(16, 28);
  return new Promise((resolve) => {
    const socket = connect(options, () => socket.write(greeting));
    socket.once('data', () => socket.destroy());
    socket.once('data', () => resolve('answered'));
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? ''));
    socket.once('close', () => resolve('closed'));
  });
}
