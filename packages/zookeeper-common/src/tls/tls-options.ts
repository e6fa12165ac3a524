import { isIPv6 } from 'node:net';
import { checkOptions, type Expectation, InvalidArgumentError, type OptionsShape, secret } from '@ndsr/core/backend';

/** Certificates or a key in PEM format: the content of a file, not its name. */
export type Pem = string | Uint8Array;

/** The supported TLS versions. Older ones are not safe. */
export type TlsVersion = 'TLSv1.2' | 'TLSv1.3';

/**
 * The certificates by which servers and this process are verified. Files are read again for each connection, so certificates can
 * be replaced while the process runs. Set either the value or the file, not both.
 *
 * Verification of the server's certificate cannot be disabled: see docs/tls.md.
 */
export interface TlsOptions {
  /**
   * The trusted authorities (CAs) of servers' certificates, or a server's self-signed certificate.
   * @default the CAs that Node.js trusts, including those of `NODE_EXTRA_CA_CERTS`
   */
  readonly ca?: Pem | readonly Pem[] | undefined;
  /** The file with the value of `ca`, in PEM. Read again for each connection, like all files here. */
  readonly caFile?: string | undefined;
  /** The client certificate, for servers that require one, followed by its intermediate CA certificates. Requires `key`. */
  readonly cert?: Pem | undefined;
  /** The file with the value of `cert`. */
  readonly certFile?: string | undefined;
  /** The private key of `cert`. */
  readonly key?: Pem | undefined;
  /** The file with the value of `key`. */
  readonly keyFile?: string | undefined;
  /** Certificate and key in one PKCS #12 archive, instead of `cert` and `key`. */
  readonly pfx?: Uint8Array | undefined;
  /** The file with the value of `pfx`. */
  readonly pfxFile?: string | undefined;
  /** The passphrase of `key` or `pfx`. */
  readonly passphrase?: string | undefined;
  /** The file with the passphrase; a line break at its end is ignored. */
  readonly passphraseFile?: string | undefined;
  /**
   * The name for which the servers' certificates must be valid, also sent in the handshake (SNI), if it differs from the hosts in
   * `servers`. It applies to all servers.
   * @default the host in `servers`
   */
  readonly servername?: string | undefined;
  /** @default TLSv1.2 */
  readonly minVersion?: TlsVersion | undefined;
  /** @default TLSv1.3 */
  readonly maxVersion?: TlsVersion | undefined;
}

const isPem = (value: unknown): boolean => typeof value === 'string' || value instanceof Uint8Array;

const pem: Expectation = { expected: 'PEM, as a string or bytes', accepts: isPem };
const pems: Expectation = {
  expected: 'PEM, as a string or bytes, or an array of such',
  accepts: (value) => isPem(value) || (Array.isArray(value) && value.length > 0 && value.every(isPem)),
};
const bytes: Expectation = { expected: 'bytes', accepts: (value) => value instanceof Uint8Array };
const fileName: Expectation = {
  expected: "a file's name",
  accepts: (value) => typeof value === 'string' && value !== '',
};
const host: Expectation = {
  expected: "a host's name or IP address, without a port",
  accepts: (value) => typeof value === 'string' && (/^[^\s:/[\]]+$/.test(value) || isIPv6(value)),
};
const version: Expectation = {
  expected: "'TLSv1.2' or 'TLSv1.3'",
  accepts: (value) => value === 'TLSv1.2' || value === 'TLSv1.3',
};

const shape: OptionsShape = {
  ca: pems,
  caFile: fileName,
  cert: pem,
  certFile: fileName,
  key: pem,
  keyFile: fileName,
  pfx: bytes,
  pfxFile: fileName,
  passphrase: secret,
  passphraseFile: fileName,
  servername: host,
  minVersion: version,
  maxVersion: version,
};

/** @throws {InvalidArgumentError} for an option that is unknown, invalid, or in conflict with another */
export function checkTlsOptions(label: string, options: TlsOptions): void {
  checkOptions(label, options, shape);
  const has = (name: keyof TlsOptions): boolean =>
    options[name] !== undefined || options[`${name}File` as keyof TlsOptions] !== undefined;
  const reject = (message: string): never => {
    throw new InvalidArgumentError(`${label}: ${message}`);
  };
  for (const name of ['ca', 'cert', 'key', 'pfx', 'passphrase'] as const) {
    const both = options[name] !== undefined && options[`${name}File`] !== undefined;
    if (both) reject(`options '${name}' and '${name}File' are both given; expected one`);
  }
  if (has('cert') && !has('key')) reject("option 'cert' or 'certFile' is given without its 'key' or 'keyFile'");
  if (has('key') && !has('cert')) reject("option 'key' or 'keyFile' is given without its 'cert' or 'certFile'");
  if (has('pfx') && has('cert')) reject("option 'pfx' or 'pfxFile' is given beside 'cert' and 'key'; expected one");
  if (has('passphrase') && !has('key') && !has('pfx')) reject("option 'passphrase' is given without a 'key' or 'pfx'");
  if (options.minVersion === 'TLSv1.3' && options.maxVersion === 'TLSv1.2') {
    reject("option 'minVersion' is above 'maxVersion'");
  }
}
