import { UnsupportedError } from '../errors/access-errors.js';
import { InvalidArgumentError } from '../errors/argument-errors.js';
import type { BackendDescriptor, UrlValueKind } from './backend-descriptor.js';

/**
 * The options about TLS that `name+tls://` may say.
 * @throws {UnsupportedError} the backend has no TLS, in its own words where it has some
 */
export function tlsKinds({ name, tls }: BackendDescriptor): Readonly<Record<string, UrlValueKind>> {
  if (tls === undefined) throw new UnsupportedError(`The backend '${name}' has no TLS, so there is no ${name}+tls://`);
  if ('unsupported' in tls) throw new UnsupportedError(tls.unsupported);
  return tls.urlOptions;
}

/** @throws {InvalidArgumentError} `option` would be right after `name+tls://`: a connection in the clear was not meant */
export function refuseTlsOption({ name, tls }: BackendDescriptor, option: string): void {
  if (tls === undefined || 'unsupported' in tls || !Object.hasOwn(tls.urlOptions, option)) return;
  throw new InvalidArgumentError(`${name} URL: option '${option}' is about TLS; expected ${name}+tls://`);
}

/**
 * The option `tls` from a URL and from what stands beside it, which wins name by name.
 * @throws {InvalidArgumentError} for `tls: false` beside `name+tls://`: one of them is a mistake, and nothing is sent in the
 * clear by mistake
 */
export function mergeTls(inUrl: unknown, beside: unknown): object {
  if (inUrl === undefined) return beside === undefined ? {} : { tls: beside };
  if (beside === false) throw new InvalidArgumentError("option 'tls' is false, and the URL says '+tls'; expected one");
  if (beside === undefined || beside === true) return { tls: inUrl };
  if (typeof beside !== 'object' || beside === null || inUrl === true) return { tls: beside };
  return { tls: { ...(inUrl as object), ...beside } };
}
