import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { openRegistry } from '@ndsr/core';
import type { BackendContext, RegistryBackend } from '@ndsr/core/backend';
import { waitUntil } from '@ndsr/test-support';
import { CertificateAuthority, type CertificateFiles } from '@ndsr/zookeeper-testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Fleet, text, WatchedRegistry } from './secure-ensemble.js';

const passphrase = 'S3CRET:open sesame';

/** Exposes the context of its backend, and the backend. */
class OpenRegistry extends WatchedRegistry {
  readonly made: (BackendContext | RegistryBackend)[] = [];

  protected override createBackend(context: BackendContext): RegistryBackend {
    const backend = super.createBackend(context);
    this.made.push(context, backend);
    return backend;
  }
}

let fleet: Fleet;
let locked: CertificateFiles;
let stranger: CertificateAuthority;
beforeAll(async () => {
  fleet = await Fleet.start();
  stranger = await CertificateAuthority.create();
  locked = await fleet.authority.issue({ hosts: ['client'], passphrase });
}, 240_000);
afterAll(async () => {
  await fleet?.[Symbol.asyncDispose]();
  await stranger?.[Symbol.asyncDispose]();
});

function everythingOf(value: unknown): string {
  const shown = [false, true].map((getters) => inspect(value, { depth: 20, showHidden: true, getters }));
  const stack = value instanceof Error ? `${value.stack}${everythingOf(value.cause)}` : '';
  return [String(value), ...shown, stack].join('\n');
}

/** The lines of a key, and its passphrase. */
function secretsOf({ key }: CertificateFiles): readonly string[] {
  const lines = key.split('\n').filter((line) => line.length > 40 && !line.startsWith('-----'));
  expect(lines.length).toBeGreaterThan(1);
  return [passphrase, encodeURIComponent(passphrase), ...lines, Buffer.from(key).toString('base64').slice(60, 120)];
}

it('no key and no passphrase is logged or shown, whatever happens to the connection', {
  timeout: 180_000,
}, async () => {
  const cacheFile = join(locked.certificateFile, '..', 'cache.json');
  const { certificate: ca } = fleet.authority;
  const tls = { ca, cert: locked.certificate, key: locked.key, passphrase };
  const servers = text(fleet.server.secure);
  await using registry = new OpenRegistry({ servers, tls, cacheFile });
  const seen: string[] = [];
  const show = (): void => {
    for (const value of [registry, ...registry.made, ...registry.faults, registry.lines])
      seen.push(everythingOf(value));
  };
  await registry.setNode('/secrets/me');
  await registry.get('/secrets');
  show();
  await registry.stop();
  show();
  seen.push(await readFile(cacheFile, 'utf8'));

  // Of each attempt something is wrong.
  const wrong = [
    { ...tls, ca: stranger.certificate },
    { ...tls, servername: 'zk.example' },
    { caFile: fleet.authority.certificateFile, certFile: locked.certificateFile, keyFile: locked.keyFile },
    { ca, cert: locked.certificate, keyFile: locked.certificateFile, passphrase },
  ];
  for (const options of wrong) {
    await using failing = new OpenRegistry({ servers, tls: options, lazy: true });
    failing.start().catch(() => undefined); // It is stopped below.
    await waitUntil('it says so', () => failing.faults.length > 0);
    for (const value of [failing, ...failing.made, ...failing.faults, failing.lines]) seen.push(everythingOf(value));
  }
  // So is with these, before anything is sent.
  const secret = encodeURIComponent(passphrase);
  const configurations = [
    { backend: 'zookeeper-js', servers, tls: { ...tls, passphrase: `${passphrase}!` } },
    { backend: 'zookeeper-js', servers, tls: { ...tls, ca: locked.key } },
    { backend: 'zookeeper-js', servers, tls: { ...tls, cert: stranger.certificate } },
    { backend: 'zookeeper-js', servers, tls: { ...tls, kye: locked.key } },
    { backend: 'zookeeper-js', servers, tls: { ...tls, servername: locked.key } },
    `zookeeper-js+tls://${servers}?passphrase=${secret}`,
    `zookeeper-js+tls://${servers}?passphras=${secret}`,
    `zookeeper-js://${servers}?passphrase=${secret}`,
    `zookeeper-js+ssl://${servers}?passphrase=${secret}`,
  ];
  for (const configuration of configurations) {
    const error = await openRegistry(configuration).catch((thrown) => thrown);
    expect(error.code).toBe('ERR_NDSR_INVALID_ARGUMENT');
    seen.push(everythingOf(error));
  }

  const all = seen.join('\n');
  for (const word of ['"/secrets"', 'ERR_NDSR_TLS', 'needs its passphrase', 'zk.example']) expect(all).toContain(word);
  expect(secretsOf(locked).filter((secretText) => all.includes(secretText))).toEqual([]);
  // Proves that the search would find a secret.
  expect(secretsOf(locked).filter((secretText) => everythingOf(tls).includes(secretText))).not.toEqual([]);
});
