import { describe, expect, it } from 'vitest';
import { explainTlsFailure } from '../../src/tls/tls-failure.js';
import type { Progress } from '../../src/transport/transport.js';

const parties = { address: 'zk1:2281', name: 'zk1', certificate: 'none' } as const;
const withOurs = { ...parties, certificate: 'unknown' } as const;

function coded(code: string): NodeJS.ErrnoException {
  return Object.assign(new Error('in the words of OpenSSL'), { code });
}

function said(code: string | null, progress: Progress = 'reached', { wasGood = false, who = parties as never } = {}) {
  const error = code === null ? null : coded(code);
  return explainTlsFailure(who, { progress, error }, wasGood)?.message;
}

describe('explainTlsFailure', () => {
  it.each([
    ['CERT_NOT_YET_VALID', /is not valid yet: is the clock here right/],
    ['CERT_REVOKED', /has been revoked/],
    ['SELF_SIGNED_CERT_IN_CHAIN', /of no authority that is trusted here/],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', /of no authority that is trusted here/],
    ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', /wants a client certificate/],
    ['ERR_SSL_TLSV1_ALERT_UNKNOWN_CA', /wants a client certificate/],
    ['ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE', /no TLS version or cipher .* or it wants a client certificate/],
    // As in OpenSSL 3.5 of Node 24.
    ['ERR_SSL_SSL/TLS_ALERT_BAD_CERTIFICATE', /wants a client certificate/],
    ['ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE', /no TLS version or cipher .* or it wants a client certificate/],
    ['ERR_SSL_WRONG_VERSION_NUMBER', /no TLS: expected the port that is its secureClientPort/],
    ['ERR_SSL_NOBODY_KNOWS', /the handshake failed with ERR_SSL_NOBODY_KNOWS/],
    ['EPIPE', /ended the connection in the handshake, as a port without TLS does/],
    [null, /ended the connection in the handshake, as a port without TLS does/],
  ])('explains %s, with the server', (code, words) => {
    expect(said(code)).toMatch(words);
    expect(said(code)).toMatch(/^No TLS connection to zk1:2281: /);
  });

  it('reports a rejected client certificate, if there was one', () => {
    const who = withOurs as never;
    expect(said('ERR_SSL_TLSV1_ALERT_UNKNOWN_CA', 'opened', { who })).toMatch(/did not take our certificate: expected/);
    expect(said('ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE', 'reached', { who })).toMatch(/no TLS version or cipher/);
  });

  it('is undefined if TLS is not the reason', () => {
    for (const code of ['ECONNREFUSED', 'ENOTFOUND', 'ETIMEDOUT', 'EHOSTUNREACH']) {
      expect(said(code, 'connecting')).toBeUndefined();
    }
    expect(said('ECONNRESET', 'answered')).toBeUndefined();
    for (const progress of ['reached', 'opened'] as const) {
      expect(said('ECONNRESET', progress, { wasGood: true })).toBeUndefined();
      expect(said(null, progress, { wasGood: true })).toBeUndefined();
    }
    // A later problem is explained.
    expect(said('CERT_HAS_EXPIRED', 'reached', { wasGood: true })).toMatch(/has expired/);
  });

  it("keeps the code of Node.js, and not the server's certificate that it adds to its errors", () => {
    const error = Object.assign(coded('ERR_TLS_CERT_ALTNAME_INVALID'), { cert: { raw: Buffer.alloc(2_000) } });
    const { cause } = explainTlsFailure(parties, { progress: 'reached', error }, false) ?? {};
    expect(cause).toMatchObject({ code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
    expect(cause).not.toHaveProperty('cert');
  });
});
