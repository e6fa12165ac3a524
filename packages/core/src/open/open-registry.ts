import { InvalidArgumentError } from '../errors/argument-errors.js';
import { kindOf } from '../errors/kind-of.js';
import { unknownOption } from '../options/check-options.js';
import type { RegistryOptions } from '../options/registry-options.js';
import type { ServiceRegistry } from '../service-registry.js';
import type { BackendDescriptor, UrlValueKind } from './backend-descriptor.js';
import { loadBackend } from './load-backend.js';
import { parseRegistryUrl, type RegistryUrl } from './parse-registry-url.js';
import { mergeTls, refuseTlsOption, tlsKinds } from './tls-in-url.js';
import { urlValue } from './url-value.js';

/**
 * Configuration of a registry as an object: the backend's name, or a URL, and any option of the registry and the
 * backend.
 */
export interface RegistryConfigObject extends RegistryOptions {
  /**
   * `memory`, `zookeeper-js`, `zookeeper-native`, or an npm package that exports a backend descriptor. The package is
   * imported and run, so trust a configuration only as far as you trust code.
   */
  readonly backend?: string | undefined;
  /** Instead of `backend`. Options beside it override those in the URL. */
  readonly url?: string | undefined;
  /** The backend's own options, such as `servers`. */
  readonly [option: string]: unknown;
}

/**
 * Configuration of a registry: a URL such as `zookeeper-js://zk1:2181/chroot?timeoutMs=4000`, or an object with the
 * same settings.
 */
export type RegistryConfig = string | RegistryConfigObject;

/** The registry's own options that a URL can set. `logger`, `clock` and `random` can be set only in code. */
const urlOptions: Readonly<Record<string, UrlValueKind>> = {
  timeoutMs: 'number',
  requestTimeoutMs: 'number',
  lazy: 'boolean',
  offline: 'text',
  readOnly: 'boolean',
  keepAlive: 'boolean',
  restorePerSecond: 'number',
  restoreJitterMs: 'number',
  safetyRereadMs: 'number',
  guardEmpty: 'hold-ms',
  cacheFile: 'text',
  rateLimit: 'rate-limit',
  username: 'text',
  password: 'text',
};

/**
 * Creates a registry by configuration alone, and imports the backend that it names. The registry is not started yet;
 * `start()` or the first call does that.
 *
 * @param config a URL (`memory:name`, `zookeeper-js://h1:2181,[::1]:2182/chroot?timeoutMs=4000&lazy=true`), or an
 * object with `backend` or `url` (`zookeeper-js+tls://zk1:2281?caFile=/etc/zookeeper/ca.pem` for TLS). Default: the
 * environment variable `NDSR_URL`. Credentials may be part of the URL (`zookeeper-js://user:password@host`) or in
 * `NDSR_USERNAME` and `NDSR_PASSWORD`.
 * @throws {InvalidArgumentError} for a wrong backend, option or value, naming it and the nearest valid one
 */
export async function openRegistry(config?: RegistryConfig): Promise<ServiceRegistry> {
  const { backend, ...parsed } = parseConfig(config === undefined ? fromEnvironment() : config);
  const descriptor = await loadBackend(backend, parsed.url?.location);
  return descriptor.open(optionsFrom(descriptor, parsed));
}

interface ParsedConfig {
  readonly backend: string;
  readonly url: RegistryUrl | undefined;
  readonly options: Readonly<Record<string, unknown>>;
}

function fromEnvironment(): string {
  const url = process.env.NDSR_URL;
  if (url === undefined || url === '') {
    throw new InvalidArgumentError(
      'No configuration: give a URL or an object, or set NDSR_URL (such as zookeeper-js://zk1:2181)',
    );
  }
  return url;
}

function parseConfig(config: unknown): ParsedConfig {
  if (typeof config === 'string') return parseConfig({ url: config });
  if (typeof config !== 'object' || config === null) {
    throw new InvalidArgumentError(`The configuration is ${kindOf(config)}; expected a URL or an object`);
  }
  const { backend, url, ...options } = config as Record<string, unknown>;
  if (url === undefined && backend === undefined)
    throw new InvalidArgumentError("The configuration needs a 'url' or a 'backend'");
  if (url === undefined) return { backend: requiredText('backend', backend), url: undefined, options };
  if (backend !== undefined)
    throw new InvalidArgumentError("The configuration has both 'backend' and 'url'; expected one");
  const parsed = parseRegistryUrl(requiredText('url', url));
  return { backend: parsed.backend, url: parsed, options };
}

const examples = { backend: 'zookeeper-js', url: 'zookeeper-js://zk1:2181' } as const;

function requiredText(name: keyof typeof examples, value: unknown): string {
  if (typeof value === 'string' && value !== '') return value;
  const what = value === undefined ? 'missing' : value === '' ? 'empty' : kindOf(value);
  throw new InvalidArgumentError(
    `The configuration's '${name}' is ${what}; expected a string, such as ${examples[name]}`,
  );
}

function optionsFrom(descriptor: BackendDescriptor, { url, options }: Omit<ParsedConfig, 'backend'>): RegistryOptions {
  const inUrl = url === undefined ? {} : fromUrl(descriptor, url);
  const merged = { ...inUrl, ...options, ...mergeTls(inUrl.tls, options.tls) };
  return 'username' in merged || 'password' in merged ? merged : { ...merged, ...credentialsFromEnvironment() };
}

/**
 * Returns `NDSR_USERNAME` and `NDSR_PASSWORD` as options; neither if both are unset.
 *
 * @throws {InvalidArgumentError} naming the variable: the person who set it may not know of options
 */
function credentialsFromEnvironment(): { readonly username?: string; readonly password?: string } {
  const { NDSR_USERNAME: username, NDSR_PASSWORD: password } = process.env;
  if (username === undefined && password === undefined) return {};
  if (password === undefined) throw alone('NDSR_USERNAME', 'NDSR_PASSWORD');
  if (username === undefined) throw alone('NDSR_PASSWORD', 'NDSR_USERNAME');
  if (username === '' || username.includes(':')) {
    throw new InvalidArgumentError("NDSR_USERNAME is empty or has a ':'; expected a name without one");
  }
  if (password === '') throw new InvalidArgumentError('NDSR_PASSWORD is empty; expected a password');
  return { username, password };
}

function alone(set: string, missing: string): InvalidArgumentError {
  return new InvalidArgumentError(`${set} is set and ${missing} is not; set both, or neither`);
}

function fromUrl(descriptor: BackendDescriptor, url: RegistryUrl): Record<string, unknown> {
  const { username, password, location, query } = url;
  const kinds = { ...urlOptions, ...descriptor.urlOptions };
  const tlsOptionKinds = url.tls ? tlsKinds(descriptor) : {};
  const tls: Record<string, unknown> = {};
  const options: Record<string, unknown> = { ...descriptor.fromLocation(location) };
  if (username !== undefined) options.username = username;
  if (password !== undefined) options.password = password;
  for (const [name, value] of query) {
    const tlsKind = Object.hasOwn(tlsOptionKinds, name) ? tlsOptionKinds[name] : undefined;
    const kind = Object.hasOwn(kinds, name) ? kinds[name] : undefined;
    if (tlsKind !== undefined) tls[name] = urlValue(name, tlsKind, value);
    else if (kind !== undefined) options[name] = urlValue(name, kind, value);
    else throw unknownInUrl(descriptor, name, Object.keys({ ...kinds, ...tlsOptionKinds }));
  }
  if (url.tls) options.tls = Object.keys(tls).length === 0 ? true : tls;
  return options;
}

function unknownInUrl(descriptor: BackendDescriptor, name: string, known: readonly string[]): InvalidArgumentError {
  refuseTlsOption(descriptor, name);
  return new InvalidArgumentError(unknownOption(`${descriptor.name} URL`, name, known));
}
