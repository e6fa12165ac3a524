import type { X509Certificate } from 'node:crypto';
import { TlsError } from '@ndsr/core/backend';
import type { Breach } from '../library/line.js';
import type { TlsMaterial } from './tls-material.js';

/** Who talked to whom. */
export interface TlsParties {
  readonly address: string;
  /** What the server's certificate had to be for. */
  readonly name: string;
  /** Ours. */
  readonly certificate: TlsMaterial['certificate'];
}

type Words = (parties: TlsParties, error: NodeJS.ErrnoException) => string;

const untrusted: Words = () =>
  "its certificate is of no authority that is trusted here: expected one of option 'ca' or 'caFile', or of those that Node.js trusts";
const otherName: Words = ({ name }, error) =>
  `its certificate is not for ${name}${reasonOf(error)}: connect by a name that it is for, or give that as option 'servername'`;
const expired: Words = () =>
  'its certificate, or one above it, has expired: renew it there (or set the clock here right)';
const notYet: Words = () => 'its certificate, or one above it, is not valid yet: is the clock here right?';
const ours: Words = ({ certificate }) => {
  if (certificate === 'none') {
    return "it wants a client certificate: give options 'cert' and 'key', or 'certFile' and 'keyFile'";
  }
  return `it did not take our certificate${ending(certificate)}: expected one that is valid and of an authority that it trusts`;
};
const noCommonWay: Words = (parties) =>
  parties.certificate === 'none'
    ? `there is no TLS version or cipher that both sides take (options 'minVersion', 'maxVersion'), or ${ours(parties, new Error())}`
    : "there is no TLS version or cipher that both sides take (options 'minVersion', 'maxVersion')";
const notTls: Words = () => 'what it answers is no TLS: expected the port that is its secureClientPort';

/**
 * By the codes of Node.js; the texts change. The names of alerts say SSLv3 where TLS took them over from it. OpenSSL says `SSL/TLS`
 * there since 3.2, which newer lines of Node.js have.
 */
const words: Readonly<Record<string, Words>> = {
  CERT_HAS_EXPIRED: expired,
  CERT_NOT_YET_VALID: notYet,
  CERT_REVOKED: () => 'its certificate has been revoked',
  CERT_SIGNATURE_FAILURE: untrusted,
  CERT_UNTRUSTED: untrusted,
  DEPTH_ZERO_SELF_SIGNED_CERT: untrusted,
  INVALID_CA: untrusted,
  SELF_SIGNED_CERT_IN_CHAIN: untrusted,
  UNABLE_TO_GET_ISSUER_CERT: untrusted,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: untrusted,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: untrusted,
  ERR_TLS_CERT_ALTNAME_INVALID: otherName,
  HOSTNAME_MISMATCH: otherName,
  ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE: ours,
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED: ours,
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_REVOKED: ours,
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN: ours,
  ERR_SSL_SSLV3_ALERT_NO_CERTIFICATE: ours,
  ERR_SSL_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE: ours,
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: ours,
  ERR_SSL_TLSV1_ALERT_ACCESS_DENIED: ours,
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: ours,
  ERR_SSL_NO_PROTOCOLS_AVAILABLE: noCommonWay,
  ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE: noCommonWay,
  ERR_SSL_TLSV1_ALERT_INSUFFICIENT_SECURITY: noCommonWay,
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: noCommonWay,
  ERR_SSL_UNSUPPORTED_PROTOCOL: noCommonWay,
  ERR_SSL_HTTP_REQUEST: notTls,
  ERR_SSL_PACKET_LENGTH_TOO_LONG: notTls,
  ERR_SSL_UNEXPECTED_MESSAGE: notTls,
  ERR_SSL_WRONG_VERSION_NUMBER: notTls,
};

/** Why there is no TLS connection; undefined where TLS has nothing to do with it. */
export function explainTls(parties: TlsParties, breach: Breach, wasGood: boolean): TlsError | undefined {
  const why = whyOf(parties, breach, wasGood);
  if (why === undefined) return undefined;
  return new TlsError(`No TLS connection to ${parties.address}: ${why}`, { cause: causeOf(breach.error) });
}

function whyOf(parties: TlsParties, { progress, error }: Breach, wasGood: boolean): string | undefined {
  // Nobody was there; or the servers have answered, so they were reached in the right way.
  if (progress === 'dialled' || progress === 'answered') return undefined;
  const code = (error?.code ?? '').replace('_SSL/TLS_', '_SSLV3_');
  const known = Object.hasOwn(words, code) ? words[code] : undefined;
  if (error !== null && known !== undefined) return known(parties, error);
  if (/^ERR_SSL_|^ERR_TLS_|_CERT/.test(code)) return `the handshake failed with ${code}`;
  // Servers that are going down or coming up end connections like that, too: there, what was right before is right now.
  if (wasGood) return undefined;
  if (progress === 'reached') {
    return 'it ended the connection in the handshake, as a port without TLS does: expected its secureClientPort';
  }
  return `it ended the connection after the handshake, without an answer: it does not serve now, or ${ours(parties, new Error())}`;
}

/** What the certificate is for, as Node.js says it: the certificate has been verified by then. */
function reasonOf(error: NodeJS.ErrnoException): string {
  const { reason } = error as { reason?: unknown };
  return typeof reason === 'string' ? ` (${reason})` : '';
}

function ending(certificate: X509Certificate | 'unknown' | 'none'): string {
  if (typeof certificate === 'string' || Date.parse(certificate.validTo) > Date.now()) return '';
  return `, which expired on ${certificate.validTo}`;
}

/** Node.js hangs the whole certificate of the server on some errors, keys and bytes; nobody wants that in a log. */
function causeOf(error: NodeJS.ErrnoException | null): Error | undefined {
  if (error === null) return undefined;
  return Object.assign(new Error(error.message.trim()), { code: error.code });
}
