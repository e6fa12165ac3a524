import { type RegistryBackend, systemClock } from '@ndsr/core/backend';
import { parseServerList, ZooKeeperBackend } from '@ndsr/zookeeper-common';
import { createZooKeeperJsClient, ZooKeeperJsServiceRegistry } from '@ndsr/zookeeper-js';
import { onTestFinished } from 'vitest';
import { createZooKeeperNativeClient, ZooKeeperNativeServiceRegistry } from '../../src/index.js';

export const bindings = {
  'zookeeper-js': { createClient: createZooKeeperJsClient, Registry: ZooKeeperJsServiceRegistry, atomicReplace: true },
  'zookeeper-native': {
    createClient: createZooKeeperNativeClient,
    Registry: ZooKeeperNativeServiceRegistry,
    atomicReplace: false,
  },
} as const;

export type BindingName = keyof typeof bindings;
export const bindingNames = Object.keys(bindings) as BindingName[];

const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

interface OpenOptions {
  /** @default 4,000 */
  readonly timeoutMs?: number;
  /** @default 8,000 */
  readonly requestTimeoutMs?: number;
  /** @default 100 */
  readonly requestsInFlight?: number;
}

/** The registry's port over one of the bindings, connected; closed at the end of the test. */
export async function openBackend(
  name: BindingName,
  servers: string,
  { timeoutMs = 4_000, requestTimeoutMs = 8_000, requestsInFlight = 100 }: OpenOptions = {},
): Promise<RegistryBackend> {
  const { createClient, atomicReplace } = bindings[name];
  const context = {
    clock: systemClock,
    logger: silent,
    random: Math.random,
    timeoutMs,
    requestTimeoutMs,
  };
  const backend = new ZooKeeperBackend({
    name,
    serverList: parseServerList(servers),
    createClient,
    context,
    requestsInFlight,
    atomicReplace,
    atomicCreateAndRemove: atomicReplace,
    letsProcessEnd: atomicReplace,
  });
  onTestFinished(() => backend.close());
  await new Promise<void>((resolve) => backend.connect(({ type }) => type === 'connected' && resolve()));
  return backend;
}

/** The public class over one of the bindings. */
export function openRegistry(name: BindingName, servers: string) {
  const registry = new bindings[name].Registry({ servers, timeoutMs: 4_000, logger: silent });
  onTestFinished(() => registry.stop());
  return registry;
}
