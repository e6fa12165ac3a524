import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { FaultProxy, freePort, ZooKeeperServer } from '../../src/index.js';
import { isPortFree, tryToListen } from '../../src/port/listening.js';
import { ReservedPort } from '../../src/port/reserved-port.js';

const host = '127.0.0.1';

describe('a reserved port', () => {
  it('is one that a server can listen on, below those of outgoing connections', async () => {
    const { port } = await ReservedPort.reserve(host);
    expect(port).toBeGreaterThanOrEqual(10_240);
    expect(port).toBeLessThan(32_768);
    expect(await isPortFree(port)).toBe(true);
  });

  it('is not given to any other caller until it is released', async () => {
    const reserved = await ReservedPort.reserve(host);
    await expect(ReservedPort.reserve(host, [reserved.port])).rejects.toThrow('no free port');
    reserved.release();
    reserved.release();
    expect((await ReservedPort.reserve(host, [reserved.port])).port).toBe(reserved.port);
  });

  it('is not given to another process either', async () => {
    const { port } = await ReservedPort.reserve(host);
    const bind = `require('node:dgram').createSocket('udp4').once('error', (e) => console.log(e.code)).bind(${port}, '${host}')`;
    expect(execFileSync(process.execPath, ['-e', bind], { encoding: 'utf8' }).trim()).toBe('EADDRINUSE');
  });

  it('is never one on which a server listens', async () => {
    const [port, other] = [await freePort(), await freePort()];
    const server = createServer();
    expect(await tryToListen(server, port, host)).toBe(true);
    await expect(ReservedPort.reserve(host, [port, other])).rejects.toThrow('no free port');
    server.close();
    await once(server, 'close');
  });

  it('works on IPv6', async () => {
    const reserved = await ReservedPort.reserve('::1');
    await expect(ReservedPort.reserve('::1', [reserved.port])).rejects.toThrow('no free port');
  });
});

describe('a port is kept', () => {
  it('by a fault proxy that refuses connections, until it is closed', async () => {
    const proxy = await FaultProxy.open({ upstream: { host, port: 1 } });
    await proxy.refuse();
    await expect(ReservedPort.reserve(host, [proxy.port])).rejects.toThrow('no free port');
    await proxy.close();
    expect((await ReservedPort.reserve(host, [proxy.port])).port).toBe(proxy.port);
  });

  it('by a server that is down, until it is stopped', async () => {
    const server = await ZooKeeperServer.start();
    await server.kill();
    await expect(ReservedPort.reserve(host, [server.port])).rejects.toThrow('no free port');
    await server.stop();
    expect((await ReservedPort.reserve(host, [server.port])).port).toBe(server.port);
  });
});
