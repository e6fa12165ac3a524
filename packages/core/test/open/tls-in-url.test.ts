import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { InvalidArgumentError, openRegistry, type RegistryConfig, UnsupportedError } from '../../src/index.js';
import { TemporaryFolder } from '../support/temporary-folder.js';

// An application that has installed others' backends: a URL names a package.
beforeEach(async () => {
  const [, before] = process.argv;
  const project = new TemporaryFolder();
  for (const name of ['third-party', 'plaintext', 'plaintext-with-reason']) {
    const folder = join(project.path, 'node_modules', name);
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'package.json'), '{ "main": "index.mjs" }');
    await copyFile(new URL(`./fixtures/${name}.mjs`, import.meta.url), join(folder, 'index.mjs'));
  }
  process.argv[1] = project.file('main.mjs');
  return () => {
    if (before !== undefined) process.argv[1] = before;
    project[Symbol.dispose]();
  };
});

async function optionsOf(config: RegistryConfig): Promise<{ readonly tls?: unknown }> {
  const registry: unknown = await openRegistry(config);
  return (registry as { options: object }).options;
}

describe('a URL with +tls', () => {
  const url = 'third-party+tls://here';

  it.each([
    [url, true],
    [`${url}?caFile=/ca%20pem&depth=2&lazy=true`, { caFile: '/ca pem', depth: 2 }],
    [
      { url: `${url}?caFile=/a&depth=2`, tls: { caFile: '/b' } },
      { caFile: '/b', depth: 2 },
    ],
    [{ url: `${url}?caFile=/a`, tls: true }, { caFile: '/a' }],
    [{ url: `${url}?caFile=/a`, tls: undefined }, { caFile: '/a' }],
    [{ url, tls: { caFile: '/b' } }, { caFile: '/b' }],
    [{ url, tls: 'nonsense' }, 'nonsense'],
    [{ url: 'third-party://here', tls: { caFile: '/b' } }, { caFile: '/b' }],
    [{ backend: 'third-party', tls: true }, true],
    ['third-party://here', undefined],
  ])('%j opens the backend with tls: %j', async (config, tls) => {
    expect((await optionsOf(config as RegistryConfig)).tls).toEqual(tls);
  });

  it.each([
    [`${url}?caFil=x`, /unknown option 'caFil'; did you mean 'caFile'/],
    [`${url}?depth=x`, /'depth' does not read as a number/],
    ['third-party://here?caFile=/a', /option 'caFile' is about TLS; expected third-party\+tls:/],
    [{ url, tls: false }, /'tls' is false, and the URL says '\+tls'/],
  ])('refuses %j', async (config, message) => {
    const error = await openRegistry(config as RegistryConfig).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(InvalidArgumentError);
    expect(error.message).toMatch(message);
  });

  it.each([
    ['plaintext', /'plaintext' has no TLS, so there is no plaintext\+tls:/],
    ['plaintext-with-reason', /^plaintext-with-reason has no TLS: take another$/],
  ])('says of %s that it has no TLS', async (name, message) => {
    const error = await openRegistry(`${name}+tls://here?caFile=/a`).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(UnsupportedError);
    expect(error.message).toMatch(message);
  });
});
