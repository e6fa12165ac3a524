import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  BackendError,
  InvalidArgumentError,
  openRegistry,
  type RegistryConfig,
  sharedRegistry,
} from '../../src/index.js';
import { installFixtures } from './install-fixtures.js';

const thirdParty = 'third-party';

/** Returns the options that the third-party backend was opened with. */
async function optionsOf(config?: RegistryConfig): Promise<unknown> {
  const registry: unknown = await openRegistry(config);
  return (registry as { options: unknown }).options;
}

beforeEach(installFixtures);
beforeEach(() => {
  for (const name of ['NDSR_URL', 'NDSR_USERNAME', 'NDSR_PASSWORD']) vi.stubEnv(name, undefined);
});
afterEach(() => vi.unstubAllEnvs());

describe('openRegistry', () => {
  it('opens a backend by its module name, with the options of the registry and its own', async () => {
    const options = { place: 'here', lazy: true };
    expect(await optionsOf({ backend: thirdParty, ...options })).toEqual(options);
  });

  it('refuses a module that is not a backend', async () => {
    await expect(openRegistry({ backend: 'no-backend' })).rejects.toThrow(/does not export 'backend'/);
  });

  it('reports why a backend cannot be loaded', async () => {
    const error = await openRegistry({ backend: 'broken-backend' }).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(BackendError);
    expect(error.cause.message).toBe('cannot be loaded');
  });

  it.each([
    ['zookeper-js://h', /[Dd]id you mean 'zookeeper-js'/],
    [
      'quite-something-else://h',
      /no package .* installed; known are memory, zookeeper, zookeeper-js, zookeeper-native, and/,
    ],
    [
      'http://zk1:2181',
      /Backend 'http' is a module of Node.js; known are memory, zookeeper, zookeeper-js, zookeeper-native/,
    ],
    [{}, /needs a 'url' or a 'backend'/],
    ['zk1:2181', /no backend 'zk1'.* Did you mean 'zookeeper-js:\/\/zk1:2181'\?/],
    ['zk1:2181?password=s3cret', /no backend 'zk1'.* Did you mean 'zookeeper-js:\/\/zk1:2181'\?$/],
    ['127.0.0.1:2181,zk2:2181/prod', /Did you mean 'zookeeper-js:\/\/127.0.0.1:2181,zk2:2181\/prod'\?$/],
    ['bob:s3cret@zk1:2181', /^There is no backend 'bob'(?!.*s3cret)/],
    [{ backend: 7 }, /'backend' is 7; expected a string/],
    [{ backend: '' }, /'backend' is empty; expected a string/],
    ['', /'url' is empty; expected a string, such as zookeeper-js:\/\/zk1:2181$/],
    [{ url: ['memory:'] }, /'url' is an array/],
    [{ backend: 'memory', url: 'memory:' }, /both 'backend' and 'url'/],
    [42, /The configuration is 42; expected a URL or an object/],
    [null, /The configuration is null/],
    [() => 1, /The configuration is a function/],
  ])('refuses %j', async (config, message) => {
    const error = await openRegistry(config as RegistryConfig).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(InvalidArgumentError);
    expect(error.message).toMatch(message);
  });

  it('takes a number for the location of a backend that is installed', async () => {
    expect(await optionsOf('third-party:5')).toEqual({ place: '5' });
  });

  it.each([
    'https',
    'node:fs',
    'fs/promises',
    './index.js',
    '../index.js',
    '/tmp/index.mjs',
    'C:\\index.mjs',
    'file:///tmp/index.mjs',
    'third-party/../third-party',
    'third-party/index.mjs',
    '@scope/third-party/index.mjs',
    '@scope',
    '.hidden',
    'third-party\0',
  ])('loads packages only, and not %j', async (backend) => {
    const error = await openRegistry({ backend }).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(InvalidArgumentError);
    expect(error.message).toMatch(/is no npm package name|is a module of Node\.js/);
  });

  it.each(['third-party/index.mjs:x', 'third-party/../../main.mjs:x', './main.mjs:x', '/main.mjs:x', 'https:x'])(
    'does not load %j',
    async (url) => {
      await expect(openRegistry(url)).rejects.toThrow(/an npm package as backend|is a module of Node/);
    },
  );

  it('reports a missing configuration, and reads it from NDSR_URL', async () => {
    await expect(openRegistry()).rejects.toThrow(/set NDSR_URL/);
    vi.stubEnv('NDSR_URL', 'quite-something-else://h');
    await expect(openRegistry()).rejects.toThrow(/no backend 'quite-something-else'/);
  });

  it('reads credentials from the environment, unless they are given', async () => {
    vi.stubEnv('NDSR_USERNAME', 'ann');
    vi.stubEnv('NDSR_PASSWORD', 'secret');
    expect(await optionsOf({ backend: thirdParty })).toEqual({ username: 'ann', password: 'secret' });
    const given = { username: 'bob', password: 'other' };
    expect(await optionsOf({ backend: thirdParty, ...given })).toEqual(given);
  });

  it.each([
    ['ann', undefined, /^NDSR_USERNAME is set and NDSR_PASSWORD is not/],
    [undefined, 'secret', /^NDSR_PASSWORD is set and NDSR_USERNAME is not/],
    ['', 'secret', /^NDSR_USERNAME is empty/],
    ['a:b', 'secret', /^NDSR_USERNAME is empty or has a ':'/],
    ['ann', '', /^NDSR_PASSWORD is empty/],
  ])('names the wrong variable for NDSR_USERNAME %j and NDSR_PASSWORD %j', async (username, password, message) => {
    vi.stubEnv('NDSR_USERNAME', username);
    vi.stubEnv('NDSR_PASSWORD', password);
    await expect(openRegistry({ backend: thirdParty })).rejects.toThrow(message);
    await expect(openRegistry({ backend: thirdParty })).rejects.not.toThrow(/secret/);
  });
});

describe('sharedRegistry', () => {
  it('returns one registry for one configuration, also to concurrent calls', async () => {
    const config = { backend: thirdParty, name: 'one' };
    const [a, b] = await Promise.all([sharedRegistry(config), sharedRegistry({ name: 'one', backend: thirdParty })]);
    expect(a).toBe(b);
    expect(await sharedRegistry({ backend: thirdParty, name: 'two' })).not.toBe(a);
  });

  it('distinguishes loggers by identity', async () => {
    const config = { backend: thirdParty, name: 'loggers' };
    const first = { ...console };
    const a = await sharedRegistry({ ...config, logger: first });
    expect(await sharedRegistry({ ...config, logger: first })).toBe(a);
    expect(await sharedRegistry({ ...config, logger: { ...console } })).not.toBe(a);
  });

  it.each([
    ['acl', () => [{ scheme: 'world', id: 'anyone', permissions: ['read'] }]],
    ['guardEmpty', () => ({ holdMs: 1_000 })],
    ['rateLimit', () => ({ calls: 5, perMs: 1_000 })],
  ])('compares the content of %s, wherever it was created', async (name, value) => {
    const config = (): RegistryConfig => ({ backend: thirdParty, name, [name]: value() });
    expect(await sharedRegistry(config())).toBe(await sharedRegistry(config()));
  });

  it('creates a new one once the last is stopped', async () => {
    const config = { backend: thirdParty, name: 'stopped' };
    const a = await sharedRegistry(config);
    Object.assign(a, { phase: 'stopped' });
    expect(await sharedRegistry(config)).not.toBe(a);
  });

  it('returns the same one to two copies of this package in one process', async () => {
    // The built package is another copy than the sources under test here.
    const built: string = new URL('../../dist/index.js', import.meta.url).href;
    const copy: { sharedRegistry: typeof sharedRegistry } = await import(built);
    expect(copy.sharedRegistry).not.toBe(sharedRegistry);
    const config = { backend: thirdParty, name: 'two copies' };
    expect(await copy.sharedRegistry(config)).toBe(await sharedRegistry(config));
  });

  it('does not remember a failure', async () => {
    const config = { backend: 'broken-backend' };
    await expect(sharedRegistry(config)).rejects.toThrow(BackendError);
    await expect(sharedRegistry(config)).rejects.toThrow(BackendError);
  });
});
