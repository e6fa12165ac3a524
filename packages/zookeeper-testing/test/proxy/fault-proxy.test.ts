import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FaultProxy } from '../../src/index.js';
import { EchoClient, POLL } from './echo-client.js';
import { EchoServer } from './echo-server.js';

let server: EchoServer;
let proxy: FaultProxy;

beforeEach(async () => {
  server = await EchoServer.listen();
  proxy = await FaultProxy.open({ upstream: server });
});

afterEach(async () => {
  await proxy.close();
  await server[Symbol.asyncDispose]();
});

/** A round trip beside the proxy: long enough for anything that would wrongly pass. */
async function roundTripBeside(): Promise<void> {
  await using other = await EchoServer.listen();
  using client = await EchoClient.connect(other);
  client.send('x');
  await client.receives('x');
}

/** A client whose connection is known to reach the server. */
async function connectThrough(): Promise<EchoClient> {
  const client = await EchoClient.connect(proxy);
  client.send('.');
  await client.receives('.');
  return client;
}

describe('pass', () => {
  it('forwards both ways and counts connections', async () => {
    using first = await connectThrough();
    using second = await connectThrough();
    first.send('hello');
    await first.receives('.hello');
    expect(proxy).toMatchObject({ connections: 2, accepted: 2, address: `127.0.0.1:${proxy.port}` });
    second[Symbol.dispose]();
    await expect.poll(() => proxy.connections, POLL).toBe(1);
    expect(proxy.accepted).toBe(2);
  });

  it('forwards the end of one half while the other still sends', async () => {
    using client = await EchoClient.connect(proxy);
    client.send('last words');
    client.end();
    await client.receives('last words');
    await client.becomes('ended');
    await expect.poll(() => server.connections, POLL).toBe(0);
  });

  it('forwards a reset in either direction', async () => {
    using first = await connectThrough();
    server.resetAll();
    await first.becomes('ECONNRESET');
    using second = await connectThrough();
    second.reset();
    await expect.poll(() => server.resets, POLL).toBe(1);
  });

  it('carries more than it may hold back', async () => {
    using client = await EchoClient.connect(proxy);
    const megabyte = 'm'.repeat(1024 * 1024);
    await proxy.stall({ direction: 'to-client' });
    for (let sent = 0; sent < 24; sent++) client.send(megabyte);
    await roundTripBeside();
    await proxy.pass();
    await expect.poll(() => client.received.length, POLL).toBe(24 * megabyte.length);
  });

  it('resets clients while the upstream cannot be reached', async () => {
    await server[Symbol.asyncDispose]();
    server = await EchoServer.listen();
    using client = new EchoClient(proxy);
    await client.becomes('ECONNRESET');
  });

  it('works on IPv6', async () => {
    await using server6 = await EchoServer.listen('::1');
    await using proxy6 = await FaultProxy.open({ upstream: server6, host: '::1' });
    expect(proxy6.address).toBe(`[::1]:${proxy6.port}`);
    using client = await EchoClient.connect(proxy6);
    client.send('six');
    await client.receives('six');
  });
});

describe('refuse', () => {
  it('resets open connections, refuses new ones, and listens again on the same port', async () => {
    using client = await connectThrough();
    await proxy.refuse();
    await client.becomes('ECONNRESET');
    using refused = new EchoClient(proxy);
    await refused.becomes('ECONNREFUSED');
    expect(proxy.connections).toBe(0);
    await proxy.pass();
    using again = await connectThrough();
    expect(again.state).toBe('open');
  });

  it('ends as the last of several immediate calls', async () => {
    await Promise.all([proxy.refuse(), proxy.pass(), proxy.refuse()]);
    using refused = new EchoClient(proxy);
    await refused.becomes('ECONNREFUSED');
    await Promise.all([proxy.pass(), proxy.refuse(), proxy.pass()]);
    using client = await connectThrough();
    expect(client.state).toBe('open');
  });
});

describe('acceptAndDrop', () => {
  it('closes open connections, and new ones as soon as they are accepted', async () => {
    using client = await connectThrough();
    await proxy.acceptAndDrop();
    await client.becomes('ended');
    using dropped = await EchoClient.connect(proxy);
    await dropped.becomes('ended');
    expect(proxy).toMatchObject({ connections: 0, accepted: 2 });
    await expect.poll(() => server.connections, POLL).toBe(0);
  });
});

describe('cut', () => {
  it('closes open connections at both ends; new ones pass', async () => {
    using client = await connectThrough();
    await proxy.cut();
    await client.becomes('ended');
    await expect.poll(() => server.connections, POLL).toBe(0);
    using next = await connectThrough();
    expect(next.state).toBe('open');
  });

  it('resets when asked to', async () => {
    using client = await connectThrough();
    await proxy.cut({ reset: true });
    await client.becomes('ECONNRESET');
    await expect.poll(() => server.resets, POLL).toBe(1);
  });

  it('loses data that was held back', async () => {
    using client = await connectThrough();
    await proxy.stall();
    client.send('lost');
    await roundTripBeside();
    await proxy.cut();
    await client.becomes('ended');
    using next = await connectThrough();
    expect(server.received).toBe('..');
    expect(next.received).toBe('.');
  });
});

describe('stall', () => {
  it('keeps connections open and delivers held back data when it passes again', async () => {
    using client = await connectThrough();
    await proxy.stall();
    client.send('one');
    client.send('two');
    await roundTripBeside();
    expect(server.received).toBe('.');
    expect(client.state).toBe('open');
    await proxy.pass();
    await client.receives('.onetwo');
  });

  it('stalls the direction to the client alone', async () => {
    using client = await connectThrough();
    await proxy.stall({ direction: 'to-client' });
    client.send('one');
    await expect.poll(() => server.received, POLL).toBe('.one');
    await roundTripBeside();
    expect(client.received).toBe('.');
    await proxy.pass();
    await client.receives('.one');
  });

  it('stalls the direction to the server alone', async () => {
    using client = await connectThrough();
    await proxy.stall({ direction: 'to-client' });
    client.send('one');
    await expect.poll(() => server.received, POLL).toBe('.one');
    await proxy.stall({ direction: 'to-server' });
    client.send('two');
    await client.receives('.one');
    await roundTripBeside();
    expect(server.received).toBe('.one');
  });

  it('accepts new connections and stalls them too', async () => {
    await proxy.stall();
    using client = await EchoClient.connect(proxy);
    client.send('hello');
    await roundTripBeside();
    expect(server.received).toBe('');
    await proxy.pass();
    await client.receives('hello');
  });

  it('passes new connections with existingOnly', async () => {
    using stalled = await connectThrough();
    await proxy.stall({ existingOnly: true });
    stalled.send('held');
    using fresh = await connectThrough();
    expect(fresh.received).toBe('.');
    expect(stalled.received).toBe('.');
    await proxy.pass();
    await stalled.receives('.held');
  });

  it('keeps the end of a connection from the server, and counts the client as gone', async () => {
    using client = await connectThrough();
    await proxy.stall();
    client.send('bye');
    client[Symbol.dispose]();
    await expect.poll(() => proxy.connections, POLL).toBe(0);
    await roundTripBeside();
    expect(server).toMatchObject({ connections: 1, left: 0 });
    await proxy.pass();
    await expect.poll(() => server.received, POLL).toBe('.bye');
    await expect.poll(() => server.connections, POLL).toBe(0);
  });
});

describe('delay', () => {
  it('delivers late in each direction, in order', async () => {
    using client = await connectThrough();
    await proxy.delay(100);
    const startedAtMs = performance.now();
    for (const text of ['a', 'b', 'c']) client.send(text);
    await client.receives('.abc');
    // Timers may fire up to a millisecond early.
    expect(performance.now() - startedAtMs).toBeGreaterThanOrEqual(198);
  });

  it('delivers waiting data at once when it passes again', async () => {
    using client = await connectThrough();
    await proxy.delay(600_000);
    client.send('slow');
    await roundTripBeside();
    await proxy.pass();
    client.send('fast');
    await client.receives('.slowfast');
  });

  it('refuses an invalid delay', async () => {
    await expect(proxy.delay(Number.NaN)).rejects.toThrow(TypeError);
  });
});

describe('cutMidFrame', () => {
  it('delivers a part of the answer and closes', async () => {
    using client = await connectThrough();
    await proxy.cutMidFrame({ direction: 'to-client' });
    client.send('0123456789');
    await client.becomes('ended');
    expect(client.received).toBe('.012345');
    expect(server.received).toBe('.0123456789');
  });

  it('counts bytes over several deliveries', async () => {
    using client = await connectThrough();
    await proxy.cutMidFrame({ afterBytes: 4 });
    client.send('abc');
    await client.receives('.abc');
    client.send('def');
    await client.becomes('ended');
    expect(client.received).toBe('.abcd');
  });

  it('cuts a request as well', async () => {
    using client = await connectThrough();
    await proxy.cutMidFrame({ direction: 'to-server', afterBytes: 3 });
    client.send('abcdef');
    await client.becomes('ended');
    await expect.poll(() => server.received, POLL).toBe('.abc');
  });

  it('cuts new connections too, unless existingOnly is set', async () => {
    await proxy.cutMidFrame({ afterBytes: 1 });
    using cut = await EchoClient.connect(proxy);
    cut.send('abc');
    await cut.becomes('ended');
    await proxy.cutMidFrame({ afterBytes: 1, existingOnly: true });
    using spared = await connectThrough();
    spared.send('abc');
    await spared.receives('.abc');
  });

  it('refuses an invalid number of bytes', async () => {
    await expect(proxy.cutMidFrame({ afterBytes: 0 })).rejects.toThrow(TypeError);
  });
});

describe('retarget', () => {
  it('sends new connections elsewhere and leaves open ones', async () => {
    await using other = await EchoServer.listen();
    using before = await connectThrough();
    proxy.retarget(other);
    using after = await connectThrough();
    before.send('x');
    await before.receives('.x');
    expect(after.received).toBe('.');
    expect([server.received, other.received]).toEqual(['.x', '.']);
  });
});

describe('close', () => {
  it('closes connections, refuses new ones, and may be called again', async () => {
    using client = await connectThrough();
    await proxy.close();
    await proxy.close();
    await client.becomes('ended');
    using refused = new EchoClient(proxy);
    await refused.becomes('ECONNREFUSED');
    await expect(proxy.pass()).rejects.toThrow('is closed');
  });
});
