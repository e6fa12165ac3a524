import type { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { SecureContext, SecureContextOptions } from 'node:tls';
import { lazyCrypto, lazyTls } from './lazy-builtins.js';
import type { Pem, TlsOptions } from './tls-options.js';

/** The certificates and keys of one connection. */
export interface TlsMaterial {
  readonly context: SecureContext;
  /** Our own certificate; `unknown` if it is in a PKCS #12 archive. */
  readonly certificate: X509Certificate | 'unknown' | 'none';
}

/** An invalid certificate, key or file. The message contains no secret. */
export class MaterialError extends Error {}

/** The value of an option, or the content of a file, with its label for messages. */
interface Source<Value> {
  readonly value: Value;
  readonly label: string;
}

/**
 * Reads the configured files, and creates the TLS context of a connection. Node itself reports no error for an authority that
 * is not a certificate, and does not name the option of an invalid key; hence the checks.
 *
 * The files are read synchronously, since they are small and local; it happens once for each attempt to connect.
 *
 * @throws {MaterialError}
 */
export function readMaterial(options: TlsOptions): TlsMaterial {
  const cas = casOf(options);
  const cert = sourceOf(options, 'cert', 'utf8');
  const key = sourceOf(options, 'key', 'utf8');
  const pfx = sourceOf(options, 'pfx', 'bytes');
  const passphrase = sourceOf(options, 'passphrase', 'utf8')?.value.replace(/\r?\n$/, '');
  for (const ca of cas) certificateIn(ca);
  const certificate = cert === undefined ? undefined : certificateIn(cert);
  if (certificate !== undefined && key !== undefined) checkKey(certificate, key, passphrase);
  return {
    context: contextOf(pfx?.label ?? key?.label ?? 'TLS', {
      ...(cas.length > 0 && { ca: cas.map(({ value }) => value) }),
      ...(cert !== undefined && { cert: cert.value }),
      ...(key !== undefined && { key: key.value }),
      ...(pfx !== undefined && { pfx: Buffer.from(pfx.value) }),
      ...(passphrase !== undefined && { passphrase }),
      minVersion: options.minVersion ?? 'TLSv1.2',
      maxVersion: options.maxVersion ?? 'TLSv1.3',
    }),
    certificate: certificate ?? (pfx === undefined ? 'none' : 'unknown'),
  };
}

/** Checks the options that are values: they do not change later. */
export function checkValues(options: TlsOptions): void {
  const { caFile, certFile, keyFile, pfxFile, passphraseFile, ...values } = options;
  const isWhole = [certFile, keyFile, pfxFile, passphraseFile].every((file) => file === undefined);
  if (isWhole) readMaterial(values);
  else for (const ca of casOf(values)) certificateIn(ca);
}

function casOf(options: TlsOptions): readonly Source<string>[] {
  const { ca } = options;
  if (!Array.isArray(ca)) return [sourceOf(options, 'ca', 'utf8')].filter((source) => source !== undefined);
  return ca.map((value: Pem) => ({ value: textOf(value), label: "option 'ca'" }));
}

type Name = 'ca' | 'cert' | 'key' | 'pfx' | 'passphrase';

function sourceOf(options: TlsOptions, name: Name, as: 'utf8'): Source<string> | undefined;
function sourceOf(options: TlsOptions, name: Name, as: 'bytes'): Source<Uint8Array> | undefined;
function sourceOf(options: TlsOptions, name: Name, as: 'utf8' | 'bytes'): Source<string | Uint8Array> | undefined {
  const given = options[name] as Pem | undefined;
  const file = options[`${name}File`];
  if (given === undefined && file === undefined) return undefined;
  const label = file === undefined ? `option '${name}'` : `the file ${file} (${name}File)`;
  const value = file === undefined ? (given as Pem) : read(file, label);
  return { label, value: as === 'utf8' ? textOf(value) : Buffer.from(value) };
}

function textOf(value: Pem): string {
  return typeof value === 'string' ? value : Buffer.from(value).toString('utf8');
}

function read(file: string, label: string): Buffer {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw new MaterialError(`${label} cannot be read: ${(cause as NodeJS.ErrnoException).code}`, { cause });
  }
}

/** Parses the first certificate in a text. */
function certificateIn({ value, label }: Source<string>): X509Certificate {
  if (!/^-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----/m.test(value)) {
    throw new MaterialError(`${label} holds no certificate in PEM`);
  }
  try {
    return new (lazyCrypto().X509Certificate)(value);
  } catch {
    throw new MaterialError(`${label} holds a certificate that cannot be read`);
  }
}

function checkKey(
  certificate: X509Certificate,
  { value, label }: Source<string>,
  passphrase: string | undefined,
): void {
  const isEncrypted = /^-----BEGIN ENCRYPTED|^Proc-Type: 4,ENCRYPTED/m.test(value);
  if (!/^-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----/m.test(value)) {
    throw new MaterialError(`${label} holds no private key in PEM`);
  }
  if (isEncrypted && passphrase === undefined) throw new MaterialError(`${label} needs its passphrase`);
  if (!matches(certificate, value, label, passphrase)) {
    throw new MaterialError(`${label} does not belong to the certificate`);
  }
}

function matches(certificate: X509Certificate, key: string, label: string, passphrase: string | undefined): boolean {
  try {
    return certificate.checkPrivateKey(
      lazyCrypto().createPrivateKey(passphrase === undefined ? key : { key, passphrase }),
    );
  } catch {
    // OpenSSL's error is less specific, and it concerns the key.
    throw new MaterialError(`${label} cannot be read${passphrase === undefined ? '' : ' with this passphrase'}`);
  }
}

function contextOf(label: string, options: SecureContextOptions): SecureContext {
  try {
    return lazyTls().createSecureContext(options);
  } catch {
    throw new MaterialError(`${label} cannot be used, or not with this passphrase`);
  }
}
