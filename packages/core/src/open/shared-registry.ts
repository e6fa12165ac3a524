import { lazyCrypto } from '../builtins/lazy-crypto.js';
import type { ServiceRegistry } from '../service-registry.js';
import { openRegistry, type RegistryConfig } from './open-registry.js';

interface Shared {
  readonly registries: Map<string, Promise<ServiceRegistry>>;
  /** A number for each object in a configuration: a logger counts by its identity, not by its contents. */
  readonly identities: WeakMap<object, number>;
  objects: number;
}

/** A registered symbol: two installed copies of this package share it within a process. */
const key = Symbol.for('@ndsr/core/sharedRegistries');

function shared(): Shared {
  const global = globalThis as { [key]?: Shared };
  global[key] ??= { registries: new Map(), identities: new WeakMap(), objects: 0 };
  return global[key];
}

/**
 * Returns one registry per configuration in this process, no matter how often and from where it is requested. For an
 * application whose parts do not know each other. After the registry was stopped, the next call creates a new one.
 *
 * @throws as `openRegistry`; a failure is not remembered
 */
export function sharedRegistry(config?: RegistryConfig): Promise<ServiceRegistry> {
  const { registries } = shared();
  const name = fingerprint(config ?? process.env.NDSR_URL ?? '');
  // Set synchronously, so that concurrent calls wait for one another instead of opening a registry each.
  const registry = reuseOrOpen(registries.get(name), config);
  registries.set(name, registry);
  registry.catch(() => {
    if (registries.get(name) === registry) registries.delete(name);
  });
  return registry;
}

async function reuseOrOpen(
  known: Promise<ServiceRegistry> | undefined,
  config: RegistryConfig | undefined,
): Promise<ServiceRegistry> {
  const registry = await known?.catch(() => undefined);
  return registry !== undefined && registry.phase !== 'stopped' ? registry : openRegistry(config);
}

/** A configuration may contain a password, so only its hash is kept. */
function fingerprint(config: RegistryConfig): string {
  const content = typeof config === 'string' ? config : Object.entries(config).sort(byName).map(nameAndValue);
  const { NDSR_USERNAME: username, NDSR_PASSWORD: password } = process.env;
  return lazyCrypto()
    .createHash('sha256')
    .update(JSON.stringify([content, username, password]))
    .digest('hex');
}

function byName([a]: [string, unknown], [b]: [string, unknown]): number {
  return a < b ? -1 : 1;
}

/** Options whose objects are compared by value, wherever they were created. */
const comparedByValue: ReadonlySet<string> = new Set(['rateLimit', 'guardEmpty', 'acl']);

function nameAndValue([name, value]: [string, unknown]): readonly unknown[] {
  return [name, typeof value === 'object' && value !== null && !comparedByValue.has(name) ? identity(value) : value];
}

function identity(object: object): string {
  const { identities } = shared();
  const known = identities.get(object);
  if (known !== undefined) return `object ${known}`;
  shared().objects += 1;
  identities.set(object, shared().objects);
  return `object ${shared().objects}`;
}
