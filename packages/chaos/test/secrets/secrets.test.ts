import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { openRegistry, type RegistryEventName, type RegistryOptions, type ServiceRegistry } from '@ndsr/core';
import type { BackendContext, RegistryBackend } from '@ndsr/core/backend';
import { ZooKeeperServiceRegistry } from '@ndsr/zookeeper';
import { ZooKeeperJsServiceRegistry } from '@ndsr/zookeeper-js';
import { ZooKeeperNativeServiceRegistry } from '@ndsr/zookeeper-native';
import { ZooKeeperServer } from '@ndsr/zookeeper-testing';
import zookeeper from 'node-zookeeper-client';
import { describe, expect, it, vi } from 'vitest';
import { everythingOf, password, secretIn, username } from './spellings.js';

const events: readonly RegistryEventName[] = ['phase', 'registered', 'unregistered', 'conflict', 'held', 'fault'];
const soon = { timeout: 60_000, interval: 20 };

/** Everything that was emitted, logged, thrown or shown, in every representation. */
class Disclosures {
  readonly texts: string[] = [];
  readonly errors: unknown[] = [];

  readonly note = (value: unknown): void => void this.texts.push(...everythingOf(value));

  readonly noteError = (error: unknown): void => {
    this.errors.push(error);
    this.note(error);
  };

  readonly logger = { debug: this.note, info: this.note, warn: this.note, error: this.note };

  listen(registry: ServiceRegistry): void {
    for (const name of events) registry.on(name, this.note);
  }

  expectNoSecret(): void {
    expect(this.texts.filter((text) => secretIn(text) !== undefined)).toEqual([]);
  }
}

/** Exposes its backend and the context that it passes to it. */
class OpenRegistry extends ZooKeeperServiceRegistry {
  readonly made: (BackendContext | RegistryBackend)[] = [];

  protected override createBackend(context: BackendContext): RegistryBackend {
    const backend = super.createBackend(context);
    this.made.push(context, backend);
    return backend;
  }
}

/** The same. */
class OpenJsRegistry extends ZooKeeperJsServiceRegistry {
  readonly made: (BackendContext | RegistryBackend)[] = [];

  protected override createBackend(context: BackendContext): RegistryBackend {
    const backend = super.createBackend(context);
    this.made.push(context, backend);
    return backend;
  }
}

class OpenNativeRegistry extends ZooKeeperNativeServiceRegistry {
  readonly made: (BackendContext | RegistryBackend)[] = [];

  protected override createBackend(context: BackendContext): RegistryBackend {
    const backend = super.createBackend(context);
    this.made.push(context, backend);
    return backend;
  }
}

const backends = [
  { name: 'zookeeper', open: (options: RegistryOptions & { servers: string }) => new OpenRegistry(options) },
  { name: 'zookeeper-js', open: (options: RegistryOptions & { servers: string }) => new OpenJsRegistry(options) },
  {
    name: 'zookeeper-native',
    open: (options: RegistryOptions & { servers: string }) => new OpenNativeRegistry(options),
  },
] as const;

describe.each(backends)('a password given to $name', ({ name: backend, open }) => {
  it('is never logged nor shown, for any outcome of the connection and the calls', async () => {
    await using server = await ZooKeeperServer.start();
    await forbid(server, '/forbidden');
    const seen = new Disclosures();
    const options = { servers: server.address, timeoutMs: 1_000, logger: seen.logger };
    await using registry = open({ ...options, username, password });
    seen.listen(registry);
    const show = (): void => [registry, ...registry.made].forEach(seen.note);

    show();
    await registry.setNode('/secrets/a', { mine: true });
    show();
    await registry.get('/secrets', { callback: seen.note });
    await registry.setData('/secrets', 7n as never).catch(seen.noteError);
    await registry.unset('/secrets').catch(seen.noteError);
    await registry.get('/forbidden').catch(seen.noteError);
    registry.setCredentials({ username: `${username}2`, password });
    for (const wrong of [
      { username, pasword: password },
      { username: `${username}:`, password },
      [username, password],
    ]) {
      try {
        registry.setCredentials(wrong as never);
      } catch (error) {
        seen.noteError(error);
      }
    }
    await registry.setNode('/secrets/later/node');
    await registry.acquireLock('/secrets/lock');
    show();
    await registry.setData('/forbidden/child').catch(seen.noteError);
    await server.kill();
    await vi.waitFor(() => expect(registry.phase).toBe('lost'), soon);
    show();
    await registry.setNode('/secrets/b').catch(seen.noteError);
    await registry.get('/never/seen').catch(seen.noteError);
    await registry.rebuild().catch(seen.noteError);
    await server.restart();
    await registry.start();
    await vi.waitFor(async () => expect((await registry.get('/secrets')).children).toHaveProperty('a'), soon);
    await registry.rebuild();
    show();
    await registry.stop();
    await registry.setNode('/secrets/c').catch(seen.noteError);
    show();

    expect(seen.errors).toHaveLength(11);
    expect(registry.made.length).toBeGreaterThanOrEqual(6);
    expect(seen.texts.join()).toContain("password: '***'");
    seen.expectNoSecret();
  }, 180_000);

  it('is never in the errors of an invalid configuration', async () => {
    const seen = new Disclosures();
    const user = `${username}:${encodeURIComponent(password)}`;
    const configurations = [
      `${backend}://${user}@127.0.0.1:1?timeoutMs=x`,
      `${backend}://${user}@127.0.0.1:1?passwort=x`,
      `${backend}://${user}@127.0.0.1:1?rateLimit=${encodeURIComponent(password)}`,
      `${backend}://${user}@:::`,
      `${backend}://${user}:more@127.0.0.1:x`,
      `${backend}s://${user}@127.0.0.1:1`,
      { backend, servers: '127.0.0.1:1', password },
      { backend, servers: '127.0.0.1:1', username: `${username}:`, password },
      { backend, servers: '127.0.0.1:1', username, password, passwrod: password },
      {
        backend,
        servers: '127.0.0.1:1',
        acl: [{ scheme: 'digest', id: `${username}:${password}`, permissions: 'all' as const }],
      },
      { backend, servers: '127.0.0.1:1', acl: [{ scheme: 'world', id: password, permissions: 'all' as const }] },
    ];
    for (const config of configurations) await openRegistry(config).catch(seen.noteError);
    const unreachable = await openRegistry({
      url: `${backend}://${user}@127.0.0.1:1?timeoutMs=300`,
      logger: seen.logger,
    });
    seen.note(unreachable);
    await unreachable.start().catch(seen.noteError);
    await unreachable.stop();

    expect(seen.errors).toHaveLength(configurations.length + 1);
    seen.expectNoSecret();
  });

  it('is not on the console of a process that logs everything and dies of an uncaught error', async () => {
    await using server = await ZooKeeperServer.start();
    await forbid(server, '/forbidden');
    const program = fileURLToPath(new URL('./processes/talkative.mjs', import.meta.url));
    const url = `${backend}://${server.address}?timeoutMs=1000`;
    const env = { ...process.env, NDSR_USERNAME: username, NDSR_PASSWORD: password };
    const { code, said } = await new Promise<{ code: unknown; said: string }>((resolve) => {
      execFile(process.execPath, [program, url], { env, timeout: 25_000 }, (error, stdout, stderr) =>
        resolve({ code: error?.code, said: stdout + stderr }),
      );
    });
    expect(code).toBe(1);
    for (const word of ['registered', 'connected', username, 'ERR_NDSR_NOT_AUTHORIZED']) expect(said).toContain(word);
    expect(secretIn(said)).toBeUndefined();
  });
});

/** A node without permissions to read it or to create children. */
async function forbid(server: ZooKeeperServer, path: string): Promise<void> {
  const client = zookeeper.createClient(server.address);
  await new Promise<void>((resolve) => {
    client.once('connected', resolve);
    client.connect();
  });
  const acl = [new zookeeper.ACL(zookeeper.Permission.ADMIN, new zookeeper.Id('world', 'anyone'))];
  await new Promise<void>((resolve, reject) => {
    client.create(path, Buffer.alloc(0), acl, zookeeper.CreateMode.PERSISTENT, (error) =>
      error ? reject(error) : resolve(),
    );
  });
  client.close();
}
