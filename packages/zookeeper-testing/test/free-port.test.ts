import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { freePort, isPortFree, listenOnFreePort } from '../src/free-port.js';

describe('freePort', () => {
  it('answers a port that one can listen on, below those of outgoing connections', async () => {
    const port = await freePort();
    expect(port).toBeGreaterThanOrEqual(10_240);
    expect(port).toBeLessThan(32_768);
  });

  it('leaves out the ports that it is told to', async () => {
    const outside = Array.from({ length: 32_768 }, (_, port) => port).filter((port) => port < 15_000 || port >= 25_000);
    const port = await freePort('127.0.0.1', new Set(outside));
    expect(port).toBeGreaterThanOrEqual(15_000);
    expect(port).toBeLessThan(25_000);
  });
});

describe('isPortFree', () => {
  it('tells whether somebody listens', async () => {
    const server = createServer();
    const port = await listenOnFreePort(server, '127.0.0.1');
    expect(await isPortFree(port)).toBe(false);
    server.close();
    await once(server, 'close');
    expect(await isPortFree(port)).toBe(true);
  });
});
