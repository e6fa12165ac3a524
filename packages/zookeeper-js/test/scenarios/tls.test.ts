import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { copyFile, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { openRegistry } from '@ndsr/core';
import { waitUntil } from '@ndsr/test-support';
import { BareClient } from '@ndsr/test-support/bare-client';
import { type CertificateFiles, FaultProxy } from '@ndsr/zookeeper-testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Fleet, text, WatchedRegistry } from '../tls/secure-ensemble.js';
import { startProcess } from './start-process.js';

let fleet: Fleet;
beforeAll(async () => {
  fleet = await Fleet.start();
}, 240_000);
afterAll(() => fleet?.[Symbol.asyncDispose]());

/** The URL of an ensemble's secure port. */
function query(of: Fleet): string {
  const { caFile, certFile, keyFile } = of.files;
  return `caFile=${caFile}&certFile=${certFile}&keyFile=${keyFile}&timeoutMs=15000`;
}

describe('over TLS, with a certificate on both sides,', () => {
  it('registries register, see one another, and are seen by those in the clear', async () => {
    const { ca, cert, key } = { ca: fleet.authority.certificate, cert: fleet.ours.certificate, key: fleet.ours.key };
    const servers = `${text(fleet.server.secure)}/prod`;
    await using service = new WatchedRegistry({ servers, tls: { ca, cert: Buffer.from(cert), key } });
    const url = `zookeeper-js+tls://${servers}?${query(fleet)}`;
    await using client = await openRegistry(url);
    const seen: string[][] = [];
    await client.get('/web', { callback: ({ children }) => seen.push(Object.keys(children)) });
    await service.setNode('/web/a:80', { weight: 1 });
    await waitUntil('it is seen', () => seen.at(-1)?.[0] === 'a:80');
    const bare = await BareClient.connect(fleet.server.address);
    expect(await bare.getChildren('/prod/web')).toEqual(['a:80']);
    bare.close();
    await service.stop();
    await waitUntil('it is gone', () => seen.at(-1)?.length === 0);
    expect(service.faults).toEqual([]);
  });

  it('a server without a name in its certificate is reached by the servername that is in it', {
    timeout: 180_000,
  }, async () => {
    await using other = await Fleet.start({ hosts: ['zk.example'] }, 'none');
    const { certificateFile: caFile } = other.authority;
    const tls = { caFile, servername: 'zk.example' };
    await using registry = new WatchedRegistry({ servers: text(other.server.secure), tls });
    expect(await registry.start()).toBe(true);
  });

  it('a registry is back after each cut, in the same session, with what it watches and registers', async () => {
    await using proxy = await FaultProxy.open({ upstream: fleet.server.secure });
    await using registry = new WatchedRegistry({ servers: proxy.address, tls: fleet.files });
    const bare = await BareClient.connect(fleet.server.address);
    await registry.setNode('/cuts/me');
    await registry.get('/cuts');
    const session = (await registry.get('/cuts/me')).stat?.ephemeralOwner;
    for (const round of [1, 2, 3, 4]) {
      await (round % 2 === 0 ? proxy.cut() : proxy.cut({ reset: true }));
      await bare.create(`/cuts/${round}`);
      await waitUntil('the change is seen', () => `${round}` in (registry.peek('/cuts')?.children ?? {}));
    }
    expect(registry.peek('/cuts/me')?.stat?.ephemeralOwner).toBe(session);
    expect(registry.faults).toEqual([]);
    bare.close();
  });

  it('a half-open connection is detected within the session timeout, and replaced', async () => {
    await using proxy = await FaultProxy.open({ upstream: fleet.server.secure });
    await using registry = new WatchedRegistry({ servers: proxy.address, tls: fleet.files, timeoutMs: 9_000 });
    await registry.setNode('/half-open/me');
    const session = (await registry.get('/half-open/me')).stat?.ephemeralOwner;
    const phases: [string, number][] = [];
    const stalledAt = performance.now();
    registry.on('phase', ({ phase }) => phases.push([phase, performance.now() - stalledAt]));
    await proxy.stall({ existingOnly: true });
    await waitUntil('it is noticed', () => phases.length > 0);
    expect(phases[0]?.[0]).toBe('suspended');
    console.info(`noticed after ${Math.round(phases[0]?.[1] ?? 0)} ms, at a session timeout of 9000 ms`);
    await waitUntil('it is back', () => registry.phase === 'connected');
    // The server's clock judges: it was noticed while the session was alive.
    expect(phases.map(([phase]) => phase)).toEqual(['suspended', 'connected']);
    expect((await registry.get('/half-open/me')).stat?.ephemeralOwner).toBe(session);
  });

  it('a handshake that hangs times out, and the next server is tried', async () => {
    await using silent = await FaultProxy.open({ upstream: fleet.server.secure });
    await silent.stall();
    const servers = `${silent.address},${text(fleet.server.secure)}`;
    for (let round = 0; round < 3; round += 1) {
      await using registry = new WatchedRegistry({ servers, tls: fleet.files });
      expect(await registry.start()).toBe(true);
    }
    // Alone, it is like a server that cannot be reached; nothing stays open.
    await using alone = new WatchedRegistry({ servers: silent.address, tls: fleet.files, timeoutMs: 3_000 });
    const silence =
      /^No server answered within 3000 ms: \S+ \((connected, but no answer within \d+ ms|no answer yet)\)$/;
    await expect(alone.start()).rejects.toThrow(silence);
    expect(silent.accepted).toBeGreaterThan(1);
    await waitUntil('no socket of ours is left', () => silent.connections === 0);
  });

  it('stop() in the middle of a handshake leaves no socket', async () => {
    await using silent = await FaultProxy.open({ upstream: fleet.server.secure });
    await silent.stall();
    const registry = new WatchedRegistry({ servers: silent.address, tls: fleet.files });
    const starting = registry.start().catch(({ code }) => code);
    await waitUntil('it has connected', () => silent.connections > 0);
    // The server sends nothing until the end of the test: only our own limit ends this.
    await registry.stop();
    expect(await starting).toBe('ERR_NDSR_STOPPED');
    await waitUntil('no socket of ours is left', () => silent.connections === 0);
  });
});

describe('certificates that are replaced', () => {
  it('are taken at the next connection: session and registrations survive', async () => {
    await using own = await Fleet.start();
    await using proxy = await FaultProxy.open({ upstream: own.server.secure });
    const folder = join(own.ours.certificateFile, '..');
    const [certFile, keyFile, caFile] = ['mine.pem', 'mine.key', 'trusted.pem'].map((name) => join(folder, name));
    if (certFile === undefined || keyFile === undefined || caFile === undefined) throw new Error('three names');
    await copyFile(own.ours.certificateFile, certFile);
    await copyFile(own.ours.keyFile, keyFile);
    await copyFile(own.authority.certificateFile, caFile);
    // A server may take long to start; after two timeouts without a connection the session is replaced.
    const tls = { caFile, certFile, keyFile };
    await using registry = new WatchedRegistry({ servers: proxy.address, tls, timeoutMs: 40_000 });
    await registry.setNode('/rotated/me', { since: 'before' });
    await registry.get('/rotated');
    const before = await registry.get('/rotated/me');
    const next = await own.authority.issue({ hosts: ['client'] });
    expect(await subjectsSeenBy(own)).toContain(subjectOf(own.ours));
    expect(await subjectsSeenBy(own)).not.toContain(subjectOf(next));

    // Ours: at first there is a key that is not the certificate's, as in the middle of a replacement.
    await replaceFile(keyFile, next.key);
    await proxy.cut();
    await waitUntil('it says what is wrong', () => registry.faults.length === 1);
    expect(registry.faults[0]?.message).toMatch(/mine\.key \(keyFile\) does not belong to the certificate/);
    await replaceFile(certFile, next.certificate);
    await waitUntil('it is back', () => registry.phase === 'connected');
    expect(await subjectsSeenBy(own)).toContain(subjectOf(next));

    // Theirs, of a new authority: trusted first, then used.
    await using successor = await Fleet.start();
    await replaceFile(caFile, own.authority.certificate + successor.authority.certificate);
    const renewed = await successor.authority.issue();
    await copyFile(renewed.keyStore, own.theirs.keyStore);
    await own.server.restart();
    const shown = await certificateOf(own);
    expect(shown).toBe(new X509Certificate(renewed.certificate).serialNumber);
    await waitUntil('it has been read', () => registry.freshness('/rotated/me')?.origin === 'live');
    expect((await registry.get('/rotated')).children).toHaveProperty('me');
    const after = await registry.get('/rotated/me');
    expect(after.stat?.ephemeralOwner).toBe(before.stat?.ephemeralOwner);
    expect(after.stat?.czxid).toBe(before.stat?.czxid);
    expect(registry.faults.map(({ message }) => message)).toEqual([expect.stringContaining('does not belong')]);
  }, 300_000);
});

/** Replaces a file atomically, like certificate renewal tools: no reader sees half a file. */
async function replaceFile(file: string, text: string): Promise<void> {
  await writeFile(`${file}.new`, text);
  await rename(`${file}.new`, file);
}

/** The identities of the clients in the server's log. */
async function subjectsSeenBy({ server }: Fleet): Promise<string[]> {
  const log = await readFile(join(server.dataDir, '..', 'server.log'), 'utf8');
  return [...log.matchAll(/Authenticated Id '([^']*)' for Scheme 'x509'/g)].map(([, subject = '']) => subject);
}

function subjectOf({ certificate }: CertificateFiles): string {
  return new X509Certificate(certificate).subject;
}

/** The number of what a server shows now. */
async function certificateOf({ server, ours }: Fleet): Promise<string | undefined> {
  const socket = connect({ ...server.secure, cert: ours.certificate, key: ours.key, rejectUnauthorized: false });
  await once(socket, 'secureConnect');
  const shown = socket.getPeerX509Certificate()?.serialNumber;
  socket.destroy();
  return shown;
}

describe('a process with an open registry over TLS', () => {
  it('trusts with tls: true whom Node.js trusts, and so those of NODE_EXTRA_CA_CERTS', {
    timeout: 180_000,
  }, async () => {
    await using open = await Fleet.start({}, 'none');
    const options = JSON.stringify({ timeoutMs: 15_000, tls: true });
    const run = () => startProcess('stay-or-end', [text(open.server.secure), 'get', options]);
    vi.stubEnv('NODE_EXTRA_CA_CERTS', open.authority.certificateFile);
    const trusting = run();
    vi.unstubAllEnvs();
    expect([await trusting.next(), await trusting.next()]).toEqual(['numChildren number', 'done']);
    expect(await trusting.exited, trusting.errors).toBe(0);
    const other = run();
    expect(await other.exited).not.toBe(0);
    expect(other.errors).toContain('is of no authority that is trusted here');
  });

  it.each<[string, object, boolean]>([
    ['callbacks', {}, false],
    ['register', { keepAlive: false }, false],
    ['register', {}, true],
  ])('ends by itself unless there is a reason to stay: %s %o', async (work, options, stays) => {
    const child = startProcess('stay-or-end', [
      text(fleet.server.secure),
      work,
      JSON.stringify({ timeoutMs: 8_000, tls: fleet.files, ...options }),
    ]);
    expect(await child.next()).toBe('done');
    if (stays) {
      const ended = await Promise.race([child.exited, new Promise((resolve) => setTimeout(resolve, 2_500))]);
      expect(ended).toBeUndefined();
      child.tell('stop');
    }
    expect(await child.exited, child.errors).toBe(0);
    expect(child.errors).toBe('');
  });
});
