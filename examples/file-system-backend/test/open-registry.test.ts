import { fileURLToPath } from 'node:url';
import { InvalidArgumentError, type Logger, openRegistry, type RegistryConfig } from '@ndsr/core';
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { backend, FileSystemServiceRegistry } from '../src/index.js';
import { openFolder } from './support/open-folder.js';

// An application says the package's name; from here, where it is not installed, its entry does as well.
const module = fileURLToPath(new URL('../src/index.ts', import.meta.url));

const quiet = (): void => undefined;
const silent: Logger = { debug: quiet, info: quiet, warn: quiet, error: quiet };

beforeEach(() => vi.stubEnv('NDSR_URL', undefined));
afterEach(() => vi.unstubAllEnvs());

async function opened(config?: RegistryConfig): Promise<FileSystemServiceRegistry> {
  const registry = await openRegistry(config);
  onTestFinished(() => registry.stop());
  if (!(registry instanceof FileSystemServiceRegistry)) throw new TypeError('another class');
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
