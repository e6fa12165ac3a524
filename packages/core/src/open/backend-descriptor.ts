import type { RegistryOptions } from '../options/registry-options.js';
import type { ServiceRegistry } from '../service-registry.js';

/** How a value reads in a URL, where everything is text. */
export type UrlValueKind = 'text' | 'number' | 'boolean' | 'rate-limit' | 'hold-ms';

/**
 * What a backend makes of `name+tls://`: the options that such a URL may say of it, which come gathered as the option
 * `tls` (`true` where there are none); or, as a whole sentence, why it has no TLS and what to use instead.
 */
export type TlsInUrl =
  | { readonly urlOptions: Readonly<Record<string, UrlValueKind>> }
  | { readonly unsupported: string };

/**
 * What a backend's module exports as `backend`, so that it can be chosen by configuration.
 * `openRegistry('name://location?option=value')` imports the module and calls `open`.
 */
export interface BackendDescriptor {
  /** As in URLs: `memory`, `zookeeper-js`. */
  readonly name: string;
  /** The backend's own options that a URL may say, beside the registry's. */
  readonly urlOptions: Readonly<Record<string, UrlValueKind>>;
  /** Left out: there is no `name+tls://`. */
  readonly tls?: TlsInUrl | undefined;
  /**
   * What a URL says between `name:` (or `name://`) and `?`, as options.
   * @throws {InvalidArgumentError} saying what is wrong with it
   */
  fromLocation(location: string): object;
  /** A registry with those options, not started. */
  open(options: RegistryOptions): ServiceRegistry;
}
