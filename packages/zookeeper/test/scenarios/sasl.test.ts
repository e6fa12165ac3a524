import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { NoConnectionError, type ServiceRegistryError } from '@ndsr/core';
import { waitUntil } from '@ndsr/test-support';
import { FaultProxy, ZooKeeperServer } from '@ndsr/zookeeper-testing';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { createZooKeeperClient, type ZooKeeperRegistryOptions, ZooKeeperServiceRegistry } from '../../src/index.js';
import { digestMd5 } from '../../src/sasl/digest-md5.js';

const right = { mechanism: 'DIGEST-MD5', username: 'ann', password: 'p4ss word' } as const;

let folder: string;
let server: ZooKeeperServer;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ndsr-sasl-'));
  const jaas = join(folder, 'jaas.conf');
  const login = `org.apache.zookeeper.server.auth.DigestLoginModule required user_ann="${right.password}";`;
  await writeFile(jaas, `Server { ${login} };\n`);
  server = await ZooKeeperServer.start({
    javaOptions: [
      `-Djava.security.auth.login.config=${jaas}`,
      '-Dzookeeper.authProvider.1=org.apache.zookeeper.server.auth.SASLAuthenticationProvider',
      '-Dzookeeper.sessionRequireClientSASLAuth=true',
    ],
  });
});
afterAll(async () => {
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

function registryWith(options: Partial<ZooKeeperRegistryOptions>) {
  const registry = new ZooKeeperServiceRegistry({ servers: server.address, timeoutMs: 3_000, ...options });
  const faults: ServiceRegistryError[] = [];
  registry.on('fault', ({ error }) => faults.push(error));
  onTestFinished(async () => void (await registry.stop()));
  return { registry, faults };
}

describe('a server that requires SASL', () => {
  test('is used with the right password, and again after each reconnect', async () => {
    await using proxy = await FaultProxy.open({ upstream: server });
    const { registry, faults } = registryWith({ servers: proxy.address, sasl: right });
    await registry.setNode('/sasl/me', { a: 1 });
    const seen: unknown[] = [];
    await registry.get('/sasl', { callback: ({ children }) => seen.push(children.me?.a) });
    const before = proxy.accepted;
    await proxy.cut();
    await waitUntil('it is connected again', () => proxy.accepted > before && registry.getState());
    await registry.setNode('/sasl/me', { a: 2 });
    await waitUntil('the change is seen', () => seen.at(-1) === 2);
    expect(faults).toEqual([]);
  });

  test('rejects a wrong password: a typed error, and no secret in it', async () => {
    const { registry, faults } = registryWith({ sasl: { ...right, password: 'wrong-secret' } });
    const error = await registry.start().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(NoConnectionError);
    await waitUntil('a fault', () => faults.length > 0);
    expect(faults[0]?.message).toMatch(/the servers did not take the credentials/);
    expect(inspect([registry, error, faults], { depth: 9, showHidden: true })).not.toContain('wrong-secret');
  });

  test('ends the session of a client without it, which is told why', async () => {
    const client = createZooKeeperClient({ servers: [server], sessionTimeoutMs: 3_000 });
    onTestFinished(() => client.close());
    const log: string[] = [];
    client.connect((event) => log.push(event.type === 'fault' ? inspect(event.error) : event.type));
    await waitUntil('the end', () => log.includes('expired'));
    expect(log).toEqual(['connected', expect.stringContaining('SESSION_CLOSED_REQUIRE_SASL_AUTH (-124)'), 'expired']);
  });

  test('takes any mechanism from a hook', async () => {
    const challenges: number[] = [];
    let exchange = digestMd5(right);
    const { registry } = registryWith({
      sasl: {
        mechanism: 'of our own',
        step: (challenge, { port }) => {
          challenges.push(challenge?.length ?? -1);
          expect(port).toBe(server.port);
          if (challenge === null) exchange = digestMd5(right);
          return exchange(challenge);
        },
      },
    });
    expect(await registry.setData('/sasl-hook', { a: 1 })).toBe(true);
    expect(challenges).toEqual([-1, expect.any(Number), expect.any(Number)]);
  });

  test('is tried again if the hook fails', async () => {
    let attempts = 0;
    const { registry, faults } = registryWith({
      sasl: {
        mechanism: 'BROKEN',
        step: () => {
          attempts += 1;
          throw new Error('no ticket');
        },
      },
    });
    await expect(registry.start()).rejects.toThrow(/the SASL exchange failed/);
    expect(attempts).toBeGreaterThan(1);
    expect(inspect(faults, { depth: 9 })).toContain('no ticket');
  });
});
