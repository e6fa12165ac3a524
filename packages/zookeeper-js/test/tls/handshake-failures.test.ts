import { copyFile, writeFile } from 'node:fs/promises';
import { waitUntil } from '@ndsr/test-support';
import { CertificateAuthority, type CertificateFiles, FaultProxy } from '@ndsr/zookeeper-testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TlsOptions } from '../../src/index.js';
import { Fleet, text, WatchedRegistry } from './secure-ensemble.js';

let fleet: Fleet;
let expired: Fleet;
let elsewhere: Fleet;
let otherAuthority: CertificateAuthority;
let stranger: CertificateFiles;
let old: CertificateFiles;

beforeAll(async () => {
  fleet = await Fleet.start();
  expired = await Fleet.start({ expired: true });
  elsewhere = await Fleet.start({ hosts: ['zk1.example', '10.0.0.7'] });
  otherAuthority = await CertificateAuthority.create('Another authority');
  [stranger, old] = await Promise.all([otherAuthority.issue(), fleet.authority.issue({ expired: true })]);
}, 240_000);

afterAll(async () => {
  for (const one of [fleet, expired, elsewhere, otherAuthority]) await one?.[Symbol.asyncDispose]();
});

interface Trouble {
  readonly fleet?: () => Fleet;
  readonly tls: () => TlsOptions | undefined;
  /** The server's port without TLS. */
  readonly plainPort?: true;
  readonly code?: string;
  readonly says: RegExp;
  /** Of Node.js. */
  readonly because?: RegExp;
}

const withCertificate = ({ certificateFile, keyFile }: CertificateFiles): TlsOptions => ({
  caFile: fleet.authority.certificateFile,
  certFile: certificateFile,
  keyFile,
});

const troubles: Record<string, Trouble> = {
  'the server is of another authority': {
    tls: () => ({ ...fleet.files, caFile: otherAuthority.certificateFile }),
    says: /its certificate is of no authority that is trusted here: expected one of option 'ca' or 'caFile'/,
    because: /^UNABLE_TO_VERIFY_LEAF_SIGNATURE$/,
  },
  'the server is of no authority that Node.js trusts': {
    tls: () => ({ ...fleet.files, caFile: undefined }),
    says: /its certificate is of no authority that is trusted here/,
    because: /^UNABLE_TO_VERIFY_LEAF_SIGNATURE$/,
  },
  "the server's certificate has expired": {
    fleet: () => expired,
    tls: () => expired.files,
    says: /its certificate, or one above it, has expired: renew it there/,
    because: /^CERT_HAS_EXPIRED$/,
  },
  "the server's certificate is for others": {
    fleet: () => elsewhere,
    tls: () => elsewhere.files,
    says: /its certificate is not for 127\.0\.0\.1 \(.*10\.0\.0\.7\): connect by a name that it is for, or give that as option 'servername'/,
    because: /^ERR_TLS_CERT_ALTNAME_INVALID$/,
  },
  "the server's certificate is for another servername": {
    tls: () => ({ ...fleet.files, servername: 'zk2.example' }),
    says: /its certificate is not for zk2\.example/,
    because: /^ERR_TLS_CERT_ALTNAME_INVALID$/,
  },
  'a client certificate is wanted and missing': {
    tls: () => ({ caFile: fleet.authority.certificateFile }),
    says: /it wants a client certificate: give options 'cert' and 'key', or 'certFile' and 'keyFile'/,
    because: /^ERR_SSL_.*ALERT/,
  },
  'the client certificate is of another authority': {
    tls: () => withCertificate(stranger),
    says: /it did not take our certificate: expected one that is valid and of an authority that it trusts/,
    because: /^ERR_SSL_.*ALERT/,
  },
  'the client certificate has expired': {
    tls: () => withCertificate(old),
    says: /it did not take our certificate, which expired on .* GMT: expected one that is valid/,
    because: /^ERR_SSL_.*ALERT/,
  },
  'TLS is spoken to a port without': {
    tls: () => fleet.files,
    plainPort: true,
    says: /it ended the connection in the handshake, as a port without TLS does: expected its secureClientPort/,
    because: /^ECONNRESET$/,
  },
  'a port with TLS is spoken to without': {
    tls: () => undefined,
    code: 'ERR_NDSR_NO_CONNECTION',
    says: /ended the connection without an answer: it does not serve now, or it wants TLS there \(option 'tls', zookeeper-js\+tls:/,
  },
  'a file is not there': {
    tls: () => ({ ...fleet.files, keyFile: '/not/there.key' }),
    says: /the file \/not\/there\.key \(keyFile\) cannot be read: ENOENT/,
    because: /^ENOENT$/,
  },
  'the key is not that of the certificate': {
    tls: () => ({ ...fleet.files, keyFile: stranger.keyFile }),
    says: /\(keyFile\) does not belong to the certificate/,
  },
};

describe('start() rejects with the reason, the server and the remedy', () => {
  it.concurrent.each(Object.entries(troubles))('%s', async (_, trouble) => {
    const { fleet: of = () => fleet, tls, plainPort, code, says, because } = trouble;
    const { server } = of();
    const address = text(plainPort ? server : server.secure);
    await using registry = new WatchedRegistry({ servers: address, tls: tls(), timeoutMs: 9_000 });
    const error = await registry.start().catch((thrown) => thrown);
    expect(error).toMatchObject({ code: 'ERR_NDSR_NO_CONNECTION', cause: { code: code ?? 'ERR_NDSR_TLS' } });
    expect(error.message).toMatch(says);
    expect(error.message).toContain(address);
    if (because !== undefined) expect(error.cause.cause.code).toMatch(because);
    // Once, however often it was tried.
    expect(registry.faults).toEqual([error.cause]);
    expect(registry.phase).toBe('idle');
  });
});

describe('a registry that is lazy', () => {
  it('keeps trying, with pauses, and connects once the cause is fixed', {
    timeout: 180_000,
  }, async () => {
    await using proxy = await FaultProxy.open({ upstream: fleet.server.secure });
    const { certificateFile: caFile } = await otherAuthority.issue();
    await writeFile(caFile, otherAuthority.certificate);
    const tls = { ...fleet.files, caFile };
    await using registry = new WatchedRegistry({ servers: proxy.address, tls, lazy: true, timeoutMs: 5_000 });
    const begunAt = performance.now();
    expect(await registry.start()).toBe(false);
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    const tried = proxy.accepted;
    console.info(`${tried} attempts in ${Math.round(performance.now() - begunAt)} ms`);
    // After pauses of up to 0.1, 0.2, 0.4 … s at random.
    expect(tried).toBeGreaterThan(1);
    expect(tried).toBeLessThan(40);
    expect(registry.phase).toBe('connecting');
    expect(registry.faults).toHaveLength(1);
    expect(registry.lines.filter((line) => line.startsWith('warn'))).toEqual([
      expect.stringContaining('is of no authority that is trusted here'),
      expect.stringMatching(/No server answered within 5000 ms: No TLS connection .*; still trying/),
    ]);
    await expect(registry.get('/a')).rejects.toMatchObject({ code: 'ERR_NDSR_NO_CONNECTION' });
    // The file is read anew at each attempt.
    await copyFile(fleet.authority.certificateFile, caFile);
    await waitUntil('it is connected', () => registry.phase === 'connected');
    expect(await registry.setNode('/lazy')).toBe(true);
  });
});
