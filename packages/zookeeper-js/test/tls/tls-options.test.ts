import { inspect } from 'node:util';
import { openRegistry } from '@ndsr/core';
import { InvalidArgumentError } from '@ndsr/core/backend';
import { CertificateAuthority, type CertificateFiles } from '@ndsr/zookeeper-testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TlsOptions, ZooKeeperJsServiceRegistry } from '../../src/index.js';

const servers = '127.0.0.1:1';
let authority: CertificateAuthority;
let mine: CertificateFiles;
let other: CertificateFiles;
let locked: CertificateFiles;

beforeAll(async () => {
  authority = await CertificateAuthority.create();
  [mine, other, locked] = await Promise.all([
    authority.issue(),
    authority.issue(),
    authority.issue({ passphrase: 'open sesame' }),
  ]);
});
afterAll(() => authority?.[Symbol.asyncDispose]());

function open(tls: unknown): ZooKeeperJsServiceRegistry {
  return new ZooKeeperJsServiceRegistry({ servers, tls: tls as TlsOptions });
}

describe('the option tls', () => {
  it.each<[string, () => unknown]>([
    ['left out', () => undefined],
    ['false', () => false],
    ['true', () => true],
    ['empty', () => ({})],
    ['an authority', () => ({ ca: authority.certificate })],
    ['several authorities, as text and bytes', () => ({ ca: [authority.certificate, Buffer.from(mine.certificate)] })],
    ['several authorities in one text', () => ({ ca: authority.certificate + mine.certificate })],
    ['a certificate with its key', () => ({ cert: mine.certificate, key: mine.key })],
    ['an encrypted key', () => ({ cert: locked.certificate, key: locked.key, passphrase: 'open sesame' })],
    ['files that are not there yet', () => ({ caFile: 'a.pem', certFile: 'b.pem', keyFile: 'c.pem' })],
    ['a file for one half', () => ({ cert: mine.certificate, keyFile: 'c.pem' })],
    ['a PKCS #12 file', () => ({ pfxFile: 'a.p12', passphraseFile: 'word' })],
    ['a name and versions', () => ({ servername: 'zk1.example', minVersion: 'TLSv1.3', maxVersion: 'TLSv1.3' })],
    ['an address', () => ({ servername: '2001:db8::1' })],
  ])('may be %s', (_, tls) => {
    expect(open(tls()).phase).toBe('idle');
  });

  it.each<[string, () => unknown, RegExp]>([
    ['a number', () => 7, /tls: expected an options object, got 7/],
    ['null', () => null, /tls: expected an options object, got null/],
    ['a typo', () => ({ caFil: 'x' }), /unknown option 'caFil'; did you mean 'caFile'/],
    ['not to check', () => ({ rejectUnauthorized: false }), /unknown option 'rejectUnauthorized'/],
    ['a path for a value', () => ({ ca: '/etc/ca.pem' }), /option 'ca' holds no certificate in PEM/],
    ['an array with a number', () => ({ ca: [1] }), /option 'ca' is an array; expected PEM/],
    ['no name of a file', () => ({ caFile: '' }), /option 'caFile' is a string; expected a file's name/],
    ['both forms', () => ({ ca: authority.certificate, caFile: 'x' }), /'ca' and 'caFile' are both given/],
    ['a certificate alone', () => ({ cert: mine.certificate }), /'cert' or 'certFile' is given without its 'key'/],
    ['a key alone', () => ({ keyFile: 'x' }), /'key' or 'keyFile' is given without its 'cert'/],
    ['two proofs', () => ({ pfxFile: 'x', certFile: 'y', keyFile: 'z' }), /'pfx' or 'pfxFile' is given beside 'cert'/],
    ['a passphrase for nothing', () => ({ passphrase: 'x' }), /'passphrase' is given without a 'key' or 'pfx'/],
    ['a name with a port', () => ({ servername: 'zk1:2281' }), /option 'servername' .* without a port/],
    ['an old version', () => ({ minVersion: 'TLSv1.1' }), /expected 'TLSv1.2' or 'TLSv1.3'/],
    ['versions the wrong way', () => ({ minVersion: 'TLSv1.3', maxVersion: 'TLSv1.2' }), /'minVersion' is above/],
    ['a key for a certificate', () => ({ cert: mine.key, key: mine.key }), /option 'cert' holds no certificate/],
    [
      'a certificate for a key',
      () => ({ cert: mine.certificate, key: mine.certificate }),
      /'key' holds no private key/,
    ],
    ['the key of another', () => ({ cert: mine.certificate, key: other.key }), /'key' does not belong to the/],
    ['no passphrase', () => ({ cert: locked.certificate, key: locked.key }), /option 'key' needs its passphrase/],
    [
      'a wrong passphrase',
      () => ({ cert: locked.certificate, key: locked.key, passphrase: 'sesame' }),
      /option 'key' cannot be read with this passphrase/,
    ],
    [
      'a damaged certificate',
      () => ({ ca: mine.certificate.replace(/\n.{20}/, '\n!') }),
      /option 'ca' holds a certificate that cannot be read/,
    ],
    ['no PKCS #12', () => ({ pfx: Buffer.from('x') }), /option 'pfx' cannot be used, or not with this passphrase/],
  ])('may not be %s', (_, tls, message) => {
    const attempt = () => open(tls());
    expect(attempt).toThrow(InvalidArgumentError);
    expect(attempt).toThrow(message);
    expect(attempt).toThrow(/^new ZooKeeperJsServiceRegistry, tls: /);
  });

  it('shows nothing of itself', () => {
    const tls = { cert: locked.certificate, key: locked.key, passphrase: 'open sesame' };
    const shown = inspect(open(tls), { depth: 20, showHidden: true, getters: true });
    expect(shown).not.toContain('sesame');
    expect(shown).not.toContain('PRIVATE');
  });
});

describe('a URL', () => {
  it.each([
    [`zookeeper-js+tls://${servers}?caFil=/ca.pem`, /unknown option 'caFil'; did you mean 'caFile'/],
    [`zookeeper-js+tls://${servers}?certFile=/c.pem`, /'cert' or 'certFile' is given without its 'key' or 'keyFile'/],
    [`zookeeper-js+tls://${servers}?caFile=`, /option 'caFile' is a string; expected a file's name/],
    [`zookeeper-js+tls://${servers}?ca=x`, /unknown option 'ca'/],
    [`zookeeper-js+tls://${servers}?minVersion=1.3`, /expected 'TLSv1.2' or 'TLSv1.3'/],
    [`zookeeper-js://${servers}?caFile=/ca.pem`, /option 'caFile' is about TLS; expected zookeeper-js\+tls:/],
    [`zookeeper-js+ssl://${servers}`, /comes nothing, or '\+tls'/],
  ])('is rejected with %s', async (url, message) => {
    await expect(openRegistry(url)).rejects.toBeInstanceOf(InvalidArgumentError);
    await expect(openRegistry(url)).rejects.toThrow(message);
  });
});
