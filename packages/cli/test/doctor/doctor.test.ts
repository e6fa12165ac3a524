import { createServer, type Server } from 'node:net';
import { ZooKeeperServer } from '@ndsr/zookeeper-testing';
import zookeeper, { createClient, type Exception } from 'node-zookeeper-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exitCodes, run } from '../../src/index.js';
import { FakeHost } from '../support/fake-host.js';

let server: ZooKeeperServer;

beforeAll(async () => {
  server = await ZooKeeperServer.start();
});
afterAll(() => server.stop());

async function doctor(url: string, ...args: string[]): Promise<{ code: number; out: string }> {
  const host = new FakeHost();
  const timeout = args.includes('--timeout') ? [] : ['--timeout', '30s'];
  const code = await run(['doctor', '--url', url, ...timeout, ...args], host);
  return { code, out: host.stdout.text };
}

/** Creates nodes with an ACL, which the registry itself does not support yet. */
async function restrict(path: string, permissions: number): Promise<void> {
  const client = createClient(server.address);
  client.connect();
  const acls = [new zookeeper.ACL(permissions, new zookeeper.Id('world', 'anyone'))];
  await new Promise<void>((resolve, reject) => {
    client.create(path, acls, (error: Error | Exception) => (error ? reject(error) : resolve()));
  });
  client.close();
}

describe('ndsr doctor on a ZooKeeper', () => {
  it('names a missing permission to write, and to read', async () => {
    await restrict('/readable', zookeeper.Permission.READ);
    const readable = await doctor(`zookeeper-js://${server.address}/readable`);
    expect(readable).toMatchObject({
      code: exitCodes.denied,
      out: expect.stringContaining('FAIL  writing below /: not permitted'),
    });
    expect((await doctor(`zookeeper-js://${server.address}/readable`, '--no-write')).code).toBe(0);
    await restrict('/closed', zookeeper.Permission.ADMIN);
    const closed = await doctor(`zookeeper-js://${server.address}/closed`);
    expect(closed).toMatchObject({
      code: exitCodes.denied,
      out: expect.stringContaining('FAIL  reading /: not permitted'),
    });
  });

  it('leaves no node behind', async () => {
    const before = (await server.counters()).znodes;
    expect((await doctor(`zookeeper-js://${server.address}`)).code).toBe(0);
    expect((await server.counters()).znodes).toBe(before);
  });

  it('names the unreachable servers, and passes when one is reachable', async () => {
    const { code, out } = await doctor(`zookeeper-js://127.0.0.1:1,${server.address},no-such-host.invalid:2181`);
    expect(out).toMatch(/FAIL {2}server 127\.0\.0\.1:1: cannot be reached: ECONNREFUSED/);
    expect(out).toMatch(/FAIL {2}server no-such-host\.invalid:2181: cannot be reached: (ENOTFOUND|EAI_AGAIN)/);
    expect(out).toMatch(/ok {4}session/);
    expect(code).toBe(exitCodes.noConnection);
  });

  it('distinguishes an unreachable server from one that is not ZooKeeper', async () => {
    const web: Server = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
    const address = web.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const { code, out } = await doctor(`zookeeper-js://127.0.0.1:${port}`, '--timeout', '2s');
    web.close();
    expect(out).toMatch(/warn {2}server .*can be reached, and does not say what it is\n.*may be no ZooKeeper/);
    expect(out).toMatch(/FAIL {2}session: No server answered within 2000 ms: 127\.0\.0\.1:\d+ \(.+\)/);
    expect(code).toBe(exitCodes.noConnection);
  });

  it('shows neither credentials nor the values of options', async () => {
    const { out } = await doctor(`zookeeper-js://me:secret@${server.address}?cacheFile=%2Ftmp%2Fprivate`);
    expect(out).not.toMatch(/secret|private|me:/);
  });
});
