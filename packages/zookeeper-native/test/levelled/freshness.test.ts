import { setTimeout as pause } from 'node:timers/promises';
import { FaultProxy, ZooKeeperServer } from '@ndsr/zookeeper-testing';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type BindingName, bindingNames, openRegistry } from './both.js';
import { ByteTap } from './byte-tap.js';

const timeoutMs = 4_000;
const path = '/fresh';

let server: ZooKeeperServer;
beforeAll(async () => {
  server = await ZooKeeperServer.start();
});
afterAll(() => server.stop());

/** A registry that watches a path over a proxy, and when the last byte really came to it. */
async function watching(name: BindingName) {
  const proxy = await FaultProxy.open({ upstream: server });
  onTestFinished(() => proxy.close());
  const tap = await ByteTap.open(proxy);
  const registry = openRegistry(name, tap.address);
  await registry.get(path);
  return { registry, proxy, tap };
}

interface Sample {
  readonly phase: string;
  readonly origin: string | undefined;
  readonly ageMs: number;
  readonly afterLastByteMs: number;
  /** How late it was taken: what was to be done by others then was done as late. */
  readonly lateMs: number;
}

/** The time that a machine may take for immediate work, ms: more if it was seen to be busy. */
function atOnceMs(samples: readonly Sample[]): number {
  return 1_000 + 3 * Math.max(...samples.map(({ lateMs }) => lateMs));
}

/** Samples every 100 ms while `goesOn()`. */
async function sampled({ registry, tap }: Awaited<ReturnType<typeof watching>>, goesOn: () => boolean) {
  const samples: Sample[] = [];
  while (goesOn()) {
    const askedAt = performance.now();
    await pause(100);
    const lateMs = performance.now() - askedAt - 100;
    const freshness = registry.freshness(path);
    const asOf = freshness?.asOf?.getTime() ?? Number.NaN;
    const lastByteAt = Date.now() - (performance.now() - tap.lastByteAt);
    const { phase } = registry;
    samples.push({
      phase,
      origin: freshness?.origin,
      ageMs: freshness?.ageMs ?? Number.NaN,
      afterLastByteMs: asOf - lastByteAt,
      lateMs,
    });
  }
  return samples;
}

describe.each(bindingNames)('freshness on %s', (name) => {
  test('is never older than a third of the session timeout while all is well', async () => {
    const open = await watching(name);
    const until = performance.now() + 2 * timeoutMs;
    const samples = await sampled(open, () => performance.now() < until);
    expect(samples.every(({ origin }) => origin === 'live')).toBe(true);
    expect(Math.max(...samples.map(({ ageMs }) => ageMs))).toBeLessThan(timeoutMs / 3 + atOnceMs(samples));
    expect(Math.max(...samples.map(({ afterLastByteMs }) => afterLastByteMs))).toBeLessThan(atOnceMs(samples));
  });

  test('claims nothing later than the last byte that came over a half-open link, in any phase', async () => {
    const open = await watching(name);
    await pause(timeoutMs / 2);
    await open.proxy.stall();
    const phases = new Set<string>();
    const samples = await sampled(open, () => {
      phases.add(open.registry.phase);
      return open.registry.phase !== 'lost';
    });
    samples.push(...(await sampledFor(open, 1_000)));
    expect([...phases]).toEqual(['connected', 'suspended', 'lost']);
    expect(Math.max(...samples.map(({ afterLastByteMs }) => afterLastByteMs))).toBeLessThan(atOnceMs(samples));
    const quiet = samples.filter(({ phase, origin }) => phase === 'connected' && origin === 'live');
    expect(Math.max(...quiet.map(({ ageMs }) => ageMs))).toBeGreaterThan(timeoutMs / 3);
    expect(samples.filter(({ phase }) => phase !== 'connected').every(({ origin }) => origin === 'last-known')).toBe(
      true,
    );
    await open.proxy.pass();
    await expect.poll(() => open.registry.freshness(path)?.origin, { timeout: 60_000 }).toBe('live');
    expect(open.registry.freshness(path)?.ageMs).toBeLessThan(timeoutMs / 3 + 1_000);
  });
});

function sampledFor(open: Awaited<ReturnType<typeof watching>>, ms: number) {
  const until = performance.now() + ms;
  return sampled(open, () => performance.now() < until);
}
