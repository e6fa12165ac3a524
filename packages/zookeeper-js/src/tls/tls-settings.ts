import { resolve } from 'node:path';
import { InvalidArgumentError } from '@ndsr/core/backend';
import { checkValues, MaterialError, readMaterial, type TlsMaterial } from './tls-material.js';
import { checkTlsOptions, type TlsOptions } from './tls-options.js';

const files = ['caFile', 'certFile', 'keyFile', 'pfxFile', 'passphraseFile'] as const;

/** Checked options. Keys and passphrases come out by `read` alone: not in `inspect`, not as JSON. */
export class TlsSettings {
  readonly servername: string | undefined;
  readonly #options: TlsOptions;

  /** @param options `true` for the defaults; undefined or false: no TLS, and no settings */
  static from(label: string, options: unknown): TlsSettings | undefined {
    if (options === undefined || options === false) return undefined;
    return new TlsSettings(`${label}, tls`, options === true ? {} : (options as TlsOptions));
  }

  /** @throws {InvalidArgumentError} naming the option that is wrong */
  private constructor(label: string, options: TlsOptions) {
    checkTlsOptions(label, options);
    this.servername = options.servername;
    // The working directory may be another one at a later connection.
    const absolute = files.map((name) => [name, options[name] === undefined ? undefined : resolve(options[name])]);
    this.#options = { ...options, ...Object.fromEntries(absolute) };
    try {
      checkValues(this.#options);
    } catch (error) {
      if (!(error instanceof MaterialError)) throw error;
      throw new InvalidArgumentError(`${label}: ${error.message}`, { cause: error.cause });
    }
  }

  /**
   * What to connect with now: files are read anew.
   * @throws {MaterialError} which says what is wrong with which
   */
  read(): TlsMaterial {
    return readMaterial(this.#options);
  }
}
