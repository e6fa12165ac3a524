import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks';
import { errorNumber, waitUntil } from '@ndsr/test-support';
import { FaultProxy, ZooKeeperServer } from '@ndsr/zookeeper-testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bareConnected } from '../support/bare-client.js';
import { connected, makeClient, Recorder } from '../support/recorder.js';

let server: ZooKeeperServer;
beforeAll(async () => {
  server = await ZooKeeperServer.start({ maxSessionTimeoutMs: 20_000 });
});
afterAll(() => server.stop());

/** The longest that the event loop stood still while `run` was at work. */
async function longestStallMs(run: () => unknown): Promise<number> {
  const delays: IntervalHistogram = monitorEventLoopDelay({ resolution: 5 });
  delays.enable();
  await run();
  await new Promise((resolve) => setTimeout(resolve, 50));
  delays.disable();
  return delays.max / 1e6;
}

describe('closing', () => {
  test('ends the session at once', async () => {
    const { client } = await connected([server], { sessionTimeoutMs: 20_000 });
    await client.create('/of-a-session', null, 'ephemeral');
    const { client: other } = await connected([server]);
    await client.close();
    expect(await other.exists({ path: '/of-a-session', watch: false })).toBe(null);
  });

  test('with a frozen server is bounded, and blocks nothing; the library blocks everything', async () => {
    const frozen = await ZooKeeperServer.start({ maxSessionTimeoutMs: 20_000 });
    const { client } = await connected([frozen], { sessionTimeoutMs: 20_000 });
    const bare = await bareConnected(frozen, 20_000);
    await frozen.freeze();
    const startedAt = performance.now();
    const stallMs = await longestStallMs(() => client.close());
    const tookMs = performance.now() - startedAt;
    // The server sends nothing before it is thawed: our own limit ended it, and most of that time was left to others.
    expect(tookMs).toBeLessThan(20_000);
    expect(stallMs).toBeLessThan(tookMs / 2);
    const calledAt = performance.now();
    bare.native.close();
    expect(performance.now() - calledAt).toBeGreaterThan(1_000);
    await frozen.thaw();
    await frozen.stop();
  });

  test('with 20,000 requests under way rejects them all, and blocks nothing for long', async () => {
    const { client } = await connected([server], { sessionTimeoutMs: 20_000 });
    const askedAt = performance.now();
    const asked = Array.from({ length: 20_000 }, () => errorNumber(client.exists({ path: '/', watch: false })));
    const askedMs = performance.now() - askedAt;
    const stallMs = await longestStallMs(() => client.close());
    const numbers = await Promise.all(asked);
    expect(numbers.filter((number) => number === -4).length).toBeGreaterThan(10_000);
    expect(numbers.every((number) => number === -4 || number === null)).toBe(true);
    // On a slow machine: in proportion to what it takes there to ask for them all.
    expect(stallMs).toBeLessThan(Math.max(1_000, 5 * askedMs));
  });

  test('in every phase, twice, from inside an event, it completes, and nothing is emitted after it', async () => {
    await using proxy = await FaultProxy.open({ upstream: server });
    await makeClient([proxy]).close();
    for (const phase of ['connected', 'disconnected'] as const) {
      const client = makeClient([proxy], { sessionTimeoutMs: 4_000 });
      const recorder = new Recorder();
      const closed = new Promise<void>((resolve) => {
        client.connect((event) => {
          recorder.observe(event);
          if (event.type === phase) void Promise.all([client.close(), client.close()]).then(() => resolve());
        });
      });
      await recorder.next('connected');
      if (phase === 'disconnected') await proxy.cut();
      await closed;
      const { length } = recorder.events;
      await proxy.cut();
      await new Promise((resolve) => setTimeout(resolve, 100));
      expect(recorder.events).toHaveLength(length);
    }
    for (let ms = 0; ms < 30; ms += 3) {
      const client = makeClient([proxy]);
      client.connect(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, ms));
      await client.close();
    }
    await waitUntil('no connection is left', () => proxy.connections === 0);
  });
});
