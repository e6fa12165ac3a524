import { failureTable, quote } from '@ndsr/conformance/failure-table';
import { type ServiceRegistry, TimeoutError } from '@ndsr/core';
import type { BackendContext, RegistryBackend } from '@ndsr/core/backend';
import { MemoryServiceRegistry } from '@ndsr/memory';
import { ZooKeeperServiceRegistry } from '@ndsr/zookeeper';
import { ZooKeeperJsServiceRegistry } from '@ndsr/zookeeper-js';
import { ZooKeeperNativeServiceRegistry } from '@ndsr/zookeeper-native';
import { ZooKeeperServer } from '@ndsr/zookeeper-testing';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';

/** Longer than a busy machine needs for answered requests. */
const requestTimeoutMs = 2_000;
const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

let server: ZooKeeperServer;
beforeAll(async () => {
  server = await ZooKeeperServer.start();
});
afterAll(() => server.stop());

/** A backend whose operations on one path never settle, while all others work: the deadlines are up to the registry. */
function forgetful(backend: RegistryBackend): RegistryBackend {
  const never = new Promise<never>(() => undefined);
  for (const request of ['read', 'create', 'write', 'remove'] as const) {
    const sound = backend[request].bind(backend) as (path: string, ...rest: unknown[]) => Promise<unknown>;
    const forgetting = (path: string, ...rest: unknown[]) => (path === '/forgotten' ? never : sound(path, ...rest));
    Object.assign(backend, { [request]: forgetting });
  }
  return Object.assign(backend, { capabilities: { ...backend.capabilities, boundsOperations: false } });
}

const registries: readonly [backend: string, open: () => ServiceRegistry][] = [
  [
    'memory',
    () => {
      class Forgetful extends MemoryServiceRegistry {
        protected override createBackend(context: BackendContext): RegistryBackend {
          return forgetful(super.createBackend(context));
        }
      }
      return new Forgetful({ requestTimeoutMs, logger: silent });
    },
  ],
  [
    'zookeeper',
    () => {
      class Forgetful extends ZooKeeperServiceRegistry {
        protected override createBackend(context: BackendContext): RegistryBackend {
          return forgetful(super.createBackend(context));
        }
      }
      return new Forgetful({ servers: `${server.address}/own`, requestTimeoutMs, logger: silent });
    },
  ],
  [
    'zookeeper-js',
    () => {
      class Forgetful extends ZooKeeperJsServiceRegistry {
        protected override createBackend(context: BackendContext): RegistryBackend {
          return forgetful(super.createBackend(context));
        }
      }
      return new Forgetful({ servers: `${server.address}/js`, requestTimeoutMs, logger: silent });
    },
  ],
  [
    'zookeeper-native',
    () => {
      class Forgetful extends ZooKeeperNativeServiceRegistry {
        protected override createBackend(context: BackendContext): RegistryBackend {
          return forgetful(super.createBackend(context));
        }
      }
      return new Forgetful({ servers: `${server.address}/native`, requestTimeoutMs, logger: silent });
    },
  ],
];

describe.each(registries)('on %s', (_, open) => {
  it(quote(failureTable.forgotten), async () => {
    const registry = open();
    onTestFinished(() => registry.stop());
    await registry.start();
    const calls = [
      () => registry.setNode('/forgotten', { a: 1 }),
      () => registry.setData('/forgotten', { a: 1 }),
      () => registry.unset('/forgotten'),
    ];
    for (const call of calls) {
      const calledAt = performance.now();
      await expect(call()).rejects.toBeInstanceOf(TimeoutError);
      expect(performance.now() - calledAt).toBeGreaterThan(requestTimeoutMs - 50);
    }
    expect(await registry.setNode('/others', { a: 1 })).toBe(true);
    expect((await registry.get('/others')).data).toMatchObject({ a: 1 });
  });
});
