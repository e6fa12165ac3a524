import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FaultProxy, ZooKeeperServer } from '../../src/index.js';
import { EchoServer } from '../proxy/echo-server.js';
import { isAlive } from './is-alive.js';
import { RawSession } from './raw-session.js';

const POLL = { timeout: 60_000, interval: 25 };

describe('a running server', () => {
  let server: ZooKeeperServer;

  beforeAll(async () => {
    server = await ZooKeeperServer.start();
  });

  afterAll(() => server.stop());

  it('serves on the address that it reports', async () => {
    expect(server.address).toBe(`127.0.0.1:${server.port}`);
    expect(isAlive(server.pid)).toBe(true);
    expect(await server.command('ruok')).toBe('imok');
    expect(await server.mode()).toBe('standalone');
    using session = await RawSession.open(server);
    await session.create('/serves');
  });

  it('grants sessions of 2 to 20 ticks of 200 ms', async () => {
    using shortest = await RawSession.open(server, 1);
    using longest = await RawSession.open(server, 60_000);
    expect([shortest.timeoutMs, longest.timeoutMs]).toEqual([400, 4_000]);
  });

  it('counts', async () => {
    const before = await server.counters();
    using session = await RawSession.open(server);
    await session.create('/counted');
    await session.create('/counted/ephemeral', { ephemeral: true });
    const after = await server.counters();
    expect(after.connections).toBeGreaterThanOrEqual(1);
    expect(after.znodes - before.znodes).toBe(2);
    expect(after.ephemerals - before.ephemerals).toBe(1);
    expect(after.watches).toBe(0);
    expect(after.packetsReceived - before.packetsReceived).toBeGreaterThanOrEqual(3);
    expect(after.packetsSent - before.packetsSent).toBeGreaterThanOrEqual(3);
  });

  it('answers nothing while frozen, and continues when thawed', async () => {
    await server.freeze();
    try {
      await expect(server.command('ruok', { timeoutMs: 200 })).rejects.toThrow('no answer within 200 ms');
    } finally {
      server.thaw();
    }
    expect(await server.command('ruok')).toBe('imok');
  });

  it('keeps its data and port over a kill and a restart', async () => {
    using session = await RawSession.open(server);
    await session.create('/kept');
    const { znodes } = await server.counters();
    const { pid, address } = server;
    await server.kill();
    await server.kill();
    expect(isAlive(pid)).toBe(false);
    expect(server.pid).toBeUndefined();
    await expect(server.command('ruok')).rejects.toThrow('ECONNREFUSED');
    await expect(server.freeze()).rejects.toThrow('does not run');
    await server.restart();
    expect(server.address).toBe(address);
    expect(server.pid).not.toBe(pid);
    // Ephemeral nodes of earlier tests may have expired by now.
    expect((await server.counters()).znodes).toBeGreaterThanOrEqual(znodes - 1);
    using again = await RawSession.open(server);
    await expect(again.create('/kept')).rejects.toThrow('ZooKeeper error -110');
  });

  it('restarts while it runs, or is frozen', async () => {
    const { pid } = server;
    await server.freeze();
    await server.restart();
    expect(isAlive(pid)).toBe(false);
    expect(await server.command('ruok')).toBe('imok');
  });

  it('is new after a wipe, which it refuses while it runs', async () => {
    await expect(server.wipe()).rejects.toThrow('kill() it before wipe()');
    await server.kill();
    await server.wipe();
    expect(await readdir(server.dataDir)).toEqual([]);
    await server.restart();
    using session = await RawSession.open(server);
    await session.create('/kept');
  });

  it('works behind a proxy', async () => {
    await using proxy = await FaultProxy.open({ upstream: server });
    using session = await RawSession.open(proxy);
    await proxy.stall();
    const created = session.create('/late');
    await server.command('ruok');
    await proxy.pass();
    await created;
  });
});

describe('options', () => {
  it('accepts IPv6, session limits and Java options', async () => {
    await using server = await ZooKeeperServer.start({
      host: '::1',
      minSessionTimeoutMs: 300,
      maxSessionTimeoutMs: 700,
      javaOptions: ['-Xmx128m', '-Dndsr.test=yes'],
    });
    expect(server.address).toBe(`[::1]:${server.port}`);
    using shortest = await RawSession.open(server, 1);
    using longest = await RawSession.open(server, 60_000);
    expect([shortest.timeoutMs, longest.timeoutMs]).toEqual([300, 700]);
  });

  it('fails with the log of a server that cannot run', async () => {
    await using other = await EchoServer.listen();
    await expect(ZooKeeperServer.start({ port: other.port })).rejects.toThrow(
      /does not serve.*log ends with:.*Exception/s,
    );
    await expect(ZooKeeperServer.start({ javaOptions: ['-Xmx1'] })).rejects.toThrow(/has ended \(code 1\).*heap/s);
  });

  it('fails when the server is not ready in time', async () => {
    await expect(ZooKeeperServer.start({ startTimeoutMs: 1 })).rejects.toThrow('not within 1 ms');
  });
});

describe('stop', () => {
  it('ends the process, removes the folder, and may be called again', async () => {
    const server = await ZooKeeperServer.start();
    const { pid } = server;
    await Promise.all([server.stop(), server.stop()]);
    await server.stop();
    expect(isAlive(pid)).toBe(false);
    expect(existsSync(dirname(server.dataDir))).toBe(false);
    await expect(server.restart()).rejects.toThrow('was stopped');
  });

  it('ends a server that is just being restarted', async () => {
    const server = await ZooKeeperServer.start();
    const restarted = expect(server.restart()).rejects.toThrow(/does not serve|was stopped/);
    await server.stop();
    await restarted;
    expect(server.pid).toBeUndefined();
    await expect.poll(() => existsSync(dirname(server.dataDir)), POLL).toBe(false);
  });
});
