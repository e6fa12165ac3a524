import { beforeEach, describe, expect, it } from 'vitest';
import { InvalidArgumentError, openRegistry, type RegistryConfig, UnsupportedError } from '../../src/index.js';
import { installFixtures } from './install-fixtures.js';

beforeEach(installFixtures);

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
    [`${url}?depth=x`, /'depth' is 'x'; expected a number/],
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
  ])('reports that %s has no TLS', async (name, message) => {
    const error = await openRegistry(`${name}+tls://here?caFile=/a`).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(UnsupportedError);
    expect(error.message).toMatch(message);
  });
});
