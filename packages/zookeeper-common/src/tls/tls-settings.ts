import { resolve } from 'node:path';
import { InvalidArgumentError } from '@ndsr/core/backend';
import { checkValues, MaterialError, readMaterial, type TlsMaterial } from './tls-material.js';
import { checkTlsOptions, type TlsOptions } from './tls-options.js';

const files = ['caFile', 'certFile', 'keyFile', 'pfxFile', 'passphraseFile'] as const;

/** Checked TLS options. Only `read` returns keys and passphrases; `inspect` and JSON do not contain them. */
export class TlsSettings {
  readonly servername: string | undefined;
  readonly #options: TlsOptions;

  /**
   * Checks the option `tls`. `label` names the class in messages.
   *
   * @param options `true` for the defaults; undefined or false for no TLS: then the result is undefined
   */
  static from(label: string, options: unknown): TlsSettings | undefined {
    if (options === undefined || options === false) return undefined;
    return new TlsSettings(`${label}, tls`, options === true ? {} : (options as TlsOptions));
  }

  /** @throws {InvalidArgumentError} for an invalid option */
  private constructor(label: string, options: TlsOptions) {
    checkTlsOptions(label, options);
    this.servername = options.servername;
    // The working directory may have changed at a later connection.
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
   * Reads the certificates and keys for one connection; files are read again each time.
   * @throws {MaterialError} for an invalid file or value
   */
  read(): TlsMaterial {
    return readMaterial(this.#options);
  }
}
