import { createHash } from 'node:crypto';
import type { ServiceRegistry } from '../service-registry.js';
import { openRegistry, type RegistryConfig } from './open-registry.js';

interface Shared {
  readonly registries: Map<string, Promise<ServiceRegistry>>;
  /** A number for each object that was given in a configuration: a logger counts as itself, not by what it looks like. */
  readonly identities: WeakMap<object, number>;
  objects: number;
}

/** Registered for the whole process, so that two installed copies of this package share it. */
const key = Symbol.for('@ndsr/core/sharedRegistries');

function shared(): Shared {
  const home = globalThis as { [key]?: Shared };
  home[key] ??= { registries: new Map(), identities: new WeakMap(), objects: 0 };
  return home[key];
}

/**
 * One registry for each configuration in this process, however often and from wherever it is asked for: for an
 * application whose parts do not know of each other. Once it is stopped, the next call makes a new one.
 *
 * @throws as `openRegistry`; a failure is not remembered
 */
export function sharedRegistry(config?: RegistryConfig): Promise<ServiceRegistry> {
  const { registries } = shared();
  const name = fingerprint(config ?? process.env.NDSR_URL ?? '');
  // Set in the same step, so that calls at the same time wait for one another instead of opening one each.
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

/** A configuration may hold a password, so only a hash of it is kept. */
function fingerprint(config: RegistryConfig): string {
  const said = typeof config === 'string' ? config : Object.entries(config).sort(byName).map(nameAndValue);
  const { NDSR_USERNAME: username, NDSR_PASSWORD: password } = process.env;
  return createHash('sha256')
    .update(JSON.stringify([said, username, password]))
    .digest('hex');
}

function byName([a]: [string, unknown], [b]: [string, unknown]): number {
  return a < b ? -1 : 1;
}

/** Options that are objects and mean what they say, wherever they were written. */
const plain: ReadonlySet<string> = new Set(['rateLimit', 'guardEmpty', 'acl']);

function nameAndValue([name, value]: [string, unknown]): readonly unknown[] {
  return [name, typeof value === 'object' && value !== null && !plain.has(name) ? identity(value) : value];
}

function identity(object: object): string {
  const { identities } = shared();
  const known = identities.get(object);
  if (known !== undefined) return `object ${known}`;
  shared().objects += 1;
  identities.set(object, shared().objects);
  return `object ${shared().objects}`;
}
