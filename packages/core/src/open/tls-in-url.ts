import { UnsupportedError } from '../errors/access-errors.js';
import { InvalidArgumentError } from '../errors/argument-errors.js';
import type { BackendDescriptor, UrlValueKind } from './backend-descriptor.js';

/**
 * Returns the TLS options that `name+tls://` may set.
 * @throws {UnsupportedError} the backend has no TLS; with the backend's own explanation if it has one
 */
export function tlsKinds({ name, tls }: BackendDescriptor): Readonly<Record<string, UrlValueKind>> {
  if (tls === undefined) throw new UnsupportedError(`The backend '${name}' has no TLS, so there is no ${name}+tls://`);
  if ('unsupported' in tls) throw new UnsupportedError(tls.unsupported);
  return tls.urlOptions;
}

/**
 * @throws {InvalidArgumentError} `option` would be valid after `name+tls://`: an unencrypted connection was not
 * intended
 */
export function refuseTlsOption({ name, tls }: BackendDescriptor, option: string): void {
  if (tls === undefined || 'unsupported' in tls || !Object.hasOwn(tls.urlOptions, option)) return;
  throw new InvalidArgumentError(`${name} URL: option '${option}' is about TLS; expected ${name}+tls://`);
}

/**
 * Merges the option `tls` of a URL with the one beside it, which wins name by name.
 * @throws {InvalidArgumentError} for `tls: false` beside `name+tls://`: one of the two is a mistake, and nothing is
 * sent unencrypted by mistake
 */
export function mergeTls(inUrl: unknown, explicit: unknown): object {
  if (inUrl === undefined) return explicit === undefined ? {} : { tls: explicit };
  if (explicit === false)
    throw new InvalidArgumentError("option 'tls' is false, and the URL says '+tls'; expected one");
  if (explicit === undefined || explicit === true) return { tls: inUrl };
  if (typeof explicit !== 'object' || explicit === null || inUrl === true) return { tls: explicit };
  return { tls: { ...(inUrl as object), ...explicit } };
}
