import { fileURLToPath } from 'node:url';
import { InvalidArgumentError, type Logger, openRegistry, type RegistryConfig, type ServiceRegistry } from '@ndsr/core';
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { backend } from '../src/index.js';
import { openFolder } from './support/open-folder.js';

// As an application names it. A package finds itself by its own name, and then what was built of it, as a user does.
const module = 'example-file-system-backend';
const main = fileURLToPath(new URL('../main.mjs', import.meta.url));

const quiet = (): void => undefined;
const silent: Logger = { debug: quiet, info: quiet, warn: quiet, error: quiet };

beforeEach(() => {
  const [, before] = process.argv;
  process.argv[1] = main;
  vi.stubEnv('NDSR_URL', undefined);
  return () => {
    if (before !== undefined) process.argv[1] = before;
  };
});
afterEach(() => vi.unstubAllEnvs());

async function opened(config?: RegistryConfig): Promise<ServiceRegistry> {
  const registry = await openRegistry(config);
  onTestFinished(() => registry.stop());
  expect(registry.constructor.name).toBe('FileSystemServiceRegistry');
  return registry;
}

test('configurations of one folder share it, said as an object', async () => {
  const folder = await openFolder();
  const [a, b] = [await opened({ backend: module, folder }), await opened({ backend: module, folder, readOnly: true })];
  await a.setNode('/services/a', { port: 80 });
  expect((await b.get('/services')).children).toMatchObject({ a: { port: 80 } });
});

test('a missing folder, a wrong folder and an unknown option are refused by name', async () => {
  for (const options of [{}, { folder: 7 }, { folder: '' }]) {
    await expect(openRegistry({ backend: module, ...options })).rejects.toThrow(/folder: expected a path/);
  }
  const misspelt = openRegistry({ backend: module, foldr: '/tmp' });
  await expect(misspelt).rejects.toThrow(InvalidArgumentError);
  await expect(misspelt).rejects.toThrow(/did you mean 'folder'/);
});

test('a folder that is not there is no connection, and why is told', async () => {
  const registry = await opened({ backend: module, folder: '/nowhere/at/all', timeoutMs: 200, logger: silent });
  const faults: string[] = [];
  registry.on('fault', ({ error }) => faults.push(error.message));
  await expect(registry.start()).rejects.toMatchObject({ code: 'ERR_NDSR_NO_CONNECTION' });
  expect(faults).toEqual([expect.stringMatching(/ENOENT.*nowhere/)]);
});

test('a URL says the folder by its absolute path', () => {
  expect(backend.fromLocation('/var/lib/registry')).toEqual({ folder: '/var/lib/registry' });
  for (const wrong of ['', 'registry', './registry'])
    expect(() => backend.fromLocation(wrong)).toThrow(/absolute path/);
});
