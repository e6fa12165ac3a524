import { TimeoutError } from '@ndsr/core';
import { FaultProxy, ZooKeeperServer } from '@ndsr/zookeeper-testing';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type BindingName, bindingNames, openBackend } from './both.js';

// Calls that wait for their turn in our own window, on a connection that is slow, or falls silent.

let server: ZooKeeperServer;
let chroots = 0;
beforeAll(async () => {
  server = await ZooKeeperServer.start({ maxSessionTimeoutMs: 40_000 });
});
afterAll(() => server.stop());

const node = { kind: 'persistent', data: new Uint8Array(1), replacing: null } as const;

describe.each(bindingNames)('%s', (name: BindingName) => {
  async function throughProxy(requestTimeoutMs: number) {
    const proxy = await FaultProxy.open({ upstream: server });
    onTestFinished(() => proxy.close());
    const servers = `${proxy.address}/queued-${++chroots}`;
    // A connection that is broken for its silence would end the calls first.
    const backend = await openBackend(name, servers, { timeoutMs: 20_000, requestTimeoutMs, requestsInFlight: 4 });
    await backend.create('/a', node);
    return { proxy, backend };
  }

  test('a burst that takes longer than the request timeout to answer succeeds', async () => {
    const requestTimeoutMs = 4_000;
    const { proxy, backend } = await throughProxy(requestTimeoutMs);
    await proxy.delay(250);
    const begunAt = performance.now();
    await Promise.all(Array.from({ length: 40 }, (_, i) => backend.create(`/a/${i}`, node)));
    expect(performance.now() - begunAt).toBeGreaterThan(requestTimeoutMs);
    await proxy.pass();
    expect((await backend.read('/a', { children: 'names' })).children.size).toBe(40);
  });

  test('when the server falls silent, everything queued and in flight ends after about one request timeout', async () => {
    const requestTimeoutMs = 1_000;
    const { proxy, backend } = await throughProxy(requestTimeoutMs);
    await proxy.stall({ direction: 'to-client' });
    const silentAt = performance.now();
    const calls: Promise<unknown>[] = Array.from({ length: 100 }, (_, i) => backend.create(`/a/${i}`, node));
    calls.push(backend.read('/a', { children: 'data' }));
    for (const outcome of await Promise.allSettled(calls)) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: expect.any(TimeoutError) });
    }
    const endedMs = performance.now() - silentAt;
    expect(endedMs).toBeGreaterThan(requestTimeoutMs - 10);
    // If every window waited for its own timeout, it would be 25 s.
    expect(endedMs).toBeLessThan(10_000);
    await proxy.pass();
  });

  test('an answer that waits in the socket while the event loop stands still is not late', async () => {
    const requestTimeoutMs = 200;
    const servers = `${server.address}/queued-${++chroots}`;
    const backend = await openBackend(name, servers, { timeoutMs: 20_000, requestTimeoutMs });
    const calls = Promise.all([backend.create('/a', node), backend.read('/', { children: 'none' })]);
    // The requests leave in microtasks of this turn; their answers arrive while the event loop is blocked.
    for (let step = 0; step < 20; step += 1) await undefined;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 3 * requestTimeoutMs);
    await calls;
  });
});
