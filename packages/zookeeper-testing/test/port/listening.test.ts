import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { isPortFree, tryToListen } from '../../src/port/listening.js';
import { freePort } from '../../src/port/reserved-port.js';

describe('isPortFree', () => {
  it('reports whether a server listens', async () => {
    const server = createServer();
    const port = await freePort();
    expect(await tryToListen(server, port, '127.0.0.1')).toBe(true);
    expect(await isPortFree(port)).toBe(false);
    server.close();
    await once(server, 'close');
    expect(await isPortFree(port)).toBe(true);
  });
});
