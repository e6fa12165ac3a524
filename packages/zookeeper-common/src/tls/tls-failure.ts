import type { X509Certificate } from 'node:crypto';
import { TlsError } from '@ndsr/core/backend';
import type { DisconnectCause } from '../transport/transport.js';
import type { TlsMaterial } from './tls-material.js';

/** The two sides of a TLS connection. */
export interface TlsParties {
  readonly address: string;
  /** The name for which the server's certificate had to be valid. */
  readonly name: string;
  /** The client certificate. */
  readonly certificate: TlsMaterial['certificate'];
}

type Explanation = (parties: TlsParties, error: NodeJS.ErrnoException) => string;

const untrusted: Explanation = () =>
  "its certificate is of no authority that is trusted here: expected one of option 'ca' or 'caFile', or of those that Node.js trusts";
const nameMismatch: Explanation = ({ name }, error) =>
  `its certificate is not for ${name}${reasonOf(error)}: connect by a name that it is for, or give that as option 'servername'`;
const expired: Explanation = () =>
  'its certificate, or one above it, has expired: renew it there (or set the clock here right)';
const notYetValid: Explanation = () => 'its certificate, or one above it, is not valid yet: is the clock here right?';
const clientCertificateRejected: Explanation = ({ certificate }) => {
  if (certificate === 'none') {
    return "it wants a client certificate: give options 'cert' and 'key', or 'certFile' and 'keyFile'";
  }
  return `it did not take our certificate${expiryNote(certificate)}: expected one that is valid and of an authority that it trusts`;
};
const noCommonProtocol: Explanation = (parties) =>
  parties.certificate === 'none'
    ? `there is no TLS version or cipher that both sides take (options 'minVersion', 'maxVersion'), or ${clientCertificateRejected(parties, new Error())}`
    : "there is no TLS version or cipher that both sides take (options 'minVersion', 'maxVersion')";
const notTls: Explanation = () => 'what it answers is no TLS: expected the port that is its secureClientPort';

/**
 * By the error codes of Node.js, since the texts change. The names of alerts contain SSLv3 if TLS took them over from it. OpenSSL 3.2
 * and later, in newer versions of Node.js, has `SSL/TLS` there instead.
 */
const explanations: Readonly<Record<string, Explanation>> = {
  CERT_HAS_EXPIRED: expired,
  CERT_NOT_YET_VALID: notYetValid,
  CERT_REVOKED: () => 'its certificate has been revoked',
  CERT_SIGNATURE_FAILURE: untrusted,
  CERT_UNTRUSTED: untrusted,
  DEPTH_ZERO_SELF_SIGNED_CERT: untrusted,
  INVALID_CA: untrusted,
  SELF_SIGNED_CERT_IN_CHAIN: untrusted,
  UNABLE_TO_GET_ISSUER_CERT: untrusted,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: untrusted,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: untrusted,
  ERR_TLS_CERT_ALTNAME_INVALID: nameMismatch,
  HOSTNAME_MISMATCH: nameMismatch,
  ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE: clientCertificateRejected,
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED: clientCertificateRejected,
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_REVOKED: clientCertificateRejected,
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN: clientCertificateRejected,
  ERR_SSL_SSLV3_ALERT_NO_CERTIFICATE: clientCertificateRejected,
  ERR_SSL_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE: clientCertificateRejected,
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: clientCertificateRejected,
  ERR_SSL_TLSV1_ALERT_ACCESS_DENIED: clientCertificateRejected,
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: clientCertificateRejected,
  ERR_SSL_NO_PROTOCOLS_AVAILABLE: noCommonProtocol,
  ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE: noCommonProtocol,
  ERR_SSL_TLSV1_ALERT_INSUFFICIENT_SECURITY: noCommonProtocol,
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: noCommonProtocol,
  ERR_SSL_UNSUPPORTED_PROTOCOL: noCommonProtocol,
  ERR_SSL_HTTP_REQUEST: notTls,
  ERR_SSL_PACKET_LENGTH_TOO_LONG: notTls,
  ERR_SSL_UNEXPECTED_MESSAGE: notTls,
  ERR_SSL_WRONG_VERSION_NUMBER: notTls,
};

/** Explains why there is no TLS connection; undefined if TLS is not the reason. */
export function explainTlsFailure(
  parties: TlsParties,
  cause: DisconnectCause,
  endpointVerified: boolean,
): TlsError | undefined {
  const why = reasonFor(parties, cause, endpointVerified);
  if (why === undefined) return undefined;
  return new TlsError(`No TLS connection to ${parties.address}: ${why}`, { cause: causeOf(cause.error) });
}

function reasonFor(
  parties: TlsParties,
  { progress, error }: DisconnectCause,
  endpointVerified: boolean,
): string | undefined {
  // The server was not reached; or it has answered, which shows that port and protocol are right.
  if (progress === 'connecting' || progress === 'answered') return undefined;
  const code = (error?.code ?? '').replace('_SSL/TLS_', '_SSLV3_');
  const known = Object.hasOwn(explanations, code) ? explanations[code] : undefined;
  if (error !== null && known !== undefined) return known(parties, error);
  if (/^ERR_SSL_|^ERR_TLS_|_CERT/.test(code)) return `the handshake failed with ${code}`;
  // Servers that are going down or coming up end connections like that, too, if the settings have worked before.
  if (endpointVerified) return undefined;
  if (progress === 'reached') {
    return 'it ended the connection in the handshake, as a port without TLS does: expected its secureClientPort';
  }
  return `it ended the connection after the handshake, without an answer: it does not serve now, or ${clientCertificateRejected(parties, new Error())}`;
}

/** The names of the certificate, from the error of Node.js. The certificate has been verified by then. */
function reasonOf(error: NodeJS.ErrnoException): string {
  const { reason } = error as { reason?: unknown };
  return typeof reason === 'string' ? ` (${reason})` : '';
}

function expiryNote(certificate: X509Certificate | 'unknown' | 'none'): string {
  if (typeof certificate === 'string' || Date.parse(certificate.validTo) > Date.now()) return '';
  return `, which expired on ${certificate.validTo}`;
}

/** Copies an error without the server's whole certificate, which Node.js adds to some errors and which does not belong in a log. */
function causeOf(error: NodeJS.ErrnoException | null): Error | undefined {
  if (error === null) return undefined;
  return Object.assign(new Error(error.message.trim()), { code: error.code });
}
