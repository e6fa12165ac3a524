import type { RegistryOptions } from '../options/registry-options.js';
import type { ServiceRegistry } from '../service-registry.js';

/** How to parse the text of an option in a URL. */
export type UrlValueKind = 'text' | 'number' | 'boolean' | 'rate-limit' | 'hold-ms';

/**
 * How a backend handles `name+tls://`: the options that such a URL may set, which are collected in the option `tls`
 * (`true` if there are none); or, as a full sentence, why it has no TLS and what to use instead.
 */
export type TlsInUrl =
  | { readonly urlOptions: Readonly<Record<string, UrlValueKind>> }
  | { readonly unsupported: string };

/**
 * The export `backend` of a backend's module, which makes the backend available by configuration.
 * `openRegistry('name://location?option=value')` imports the module and calls `open`.
 */
export interface BackendDescriptor {
  /** The name in URLs: `memory`, `zookeeper-js`. */
  readonly name: string;
  /** The backend's own options that a URL may set, in addition to the registry's. */
  readonly urlOptions: Readonly<Record<string, UrlValueKind>>;
  /** If omitted, there is no `name+tls://`. */
  readonly tls?: TlsInUrl | undefined;
  /**
   * Returns the part of a URL between `name:` (or `name://`) and `?` as options.
   * @throws {InvalidArgumentError} describing what is wrong with it
   */
  fromLocation(location: string): object;
  /** Returns a registry with these options, not started. */
  open(options: RegistryOptions): ServiceRegistry;
}
