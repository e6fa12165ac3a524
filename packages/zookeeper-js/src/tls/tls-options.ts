import { isIPv6 } from 'node:net';
import { checkOptions, type Expectation, InvalidArgumentError, type OptionsShape, secret } from '@ndsr/core/backend';

/** Certificates or a key in PEM: what stands in the file, not its name. */
export type Pem = string | Uint8Array;

/** The versions that can be asked for. Older ones are not safe. */
export type TlsVersion = 'TLSv1.2' | 'TLSv1.3';

/**
 * How servers prove who they are, and this process who it is. Files are read anew for each connection, so certificates can
 * be replaced while the process runs. Of a value and a file that hold the same, one may be given.
 *
 * There is no way not to check a server's certificate: see docs/tls.md.
 */
export interface TlsOptions {
  /**
   * The authorities that servers' certificates may be of, or a server's own certificate that none has signed.
   * @default those that Node.js trusts, with what `NODE_EXTRA_CA_CERTS` adds
   */
  readonly ca?: Pem | readonly Pem[] | undefined;
  /** Holds what `ca` would say, in PEM. Read anew for each connection, as all files here are. */
  readonly caFile?: string | undefined;
  /** Our certificate, for servers that want one, and after it those of the authorities between it and theirs. With `key`. */
  readonly cert?: Pem | undefined;
  /** Holds what `cert` would say. */
  readonly certFile?: string | undefined;
  /** The private key of `cert`. */
  readonly key?: Pem | undefined;
  /** Holds what `key` would say. */
  readonly keyFile?: string | undefined;
  /** Certificate and key together, as PKCS #12, instead of `cert` and `key`. */
  readonly pfx?: Uint8Array | undefined;
  /** Holds what `pfx` would be. */
  readonly pfxFile?: string | undefined;
  /** What `key` or `pfx` is encrypted with. */
  readonly passphrase?: string | undefined;
  /** Holds the passphrase; an end of line after it does not count. */
  readonly passphraseFile?: string | undefined;
  /**
   * What the servers' certificates must be for, and what is asked for in the handshake (SNI), where that is another name than
   * the one in `servers`: all servers have it.
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

/** @throws {InvalidArgumentError} naming the option that is unknown, wrong, or does not go with another */
export function checkTlsOptions(label: string, options: TlsOptions): void {
  checkOptions(label, options, shape);
  const has = (name: keyof TlsOptions): boolean =>
    options[name] !== undefined || options[`${name}File` as keyof TlsOptions] !== undefined;
  const refuse = (what: string): never => {
    throw new InvalidArgumentError(`${label}: ${what}`);
  };
  for (const name of ['ca', 'cert', 'key', 'pfx', 'passphrase'] as const) {
    const both = options[name] !== undefined && options[`${name}File`] !== undefined;
    if (both) refuse(`options '${name}' and '${name}File' are both given; expected one`);
  }
  if (has('cert') && !has('key')) refuse("option 'cert' or 'certFile' is given without its 'key' or 'keyFile'");
  if (has('key') && !has('cert')) refuse("option 'key' or 'keyFile' is given without its 'cert' or 'certFile'");
  if (has('pfx') && has('cert')) refuse("option 'pfx' or 'pfxFile' is given beside 'cert' and 'key'; expected one");
  if (has('passphrase') && !has('key') && !has('pfx')) refuse("option 'passphrase' is given without a 'key' or 'pfx'");
  if (options.minVersion === 'TLSv1.3' && options.maxVersion === 'TLSv1.2') {
    refuse("option 'minVersion' is above 'maxVersion'");
  }
}
