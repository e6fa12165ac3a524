import { describe, expect, it } from 'vitest';
import type { RegistryOptions } from '../../src/options/registry-options.js';
import { refusalBackoff } from '../../src/registration/quarantine.js';
import { backoffMs } from '../../src/time/backoff.js';
import { expectQuietAfterStop } from '../support/expect-quiet.js';
import { type FakeRegistry, startedRegistry } from '../support/fake-registry.js';
import '../support/guard.js';
import { Outcome, turn } from '@ndsr/test-support';

const minute = 60_000;
const large = { text: 'x'.repeat(2_000) };
const larger = { text: 'x'.repeat(3_000) };
const names = Array.from({ length: 20 }, (_, i) => `/n${i}`);

/** From now on the servers refuse more than 1,000 bytes. */
function lower({ backend }: FakeRegistry, maxDataBytes = 1_000): void {
  backend.maxDataBytes = maxDataBytes;
}

/** The reported faults, as code and path. */
function reported(registry: FakeRegistry): string[] {
  return registry.faults.splice(0).map(({ code, path }) => `${code} ${path}`);
}

/** A registry with deferred writes, some of which the servers refuse. */
async function deferred(options: RegistryOptions = {}): Promise<FakeRegistry> {
  const registry = await startedRegistry({ offline: 'defer', ...options });
  lower(registry);
  registry.backend.suspend();
  await registry.setNode('/large', large);
  await registry.setData('/larger', larger);
  for (const name of names) await registry.setNode(name);
  registry.backend.up();
  await turn(60);
  return registry;
}

/** How often the connection closes within `ms`. */
async function closingsWithin(registry: FakeRegistry, ms: number): Promise<number> {
  const before = registry.backend.refusals;
  await registry.clock.advance(ms);
  await turn(30);
  return registry.backend.refusals - before;
}

describe('requests that the servers refuse by closing the connection', () => {
  it('that were deferred are found after three closed connections and reported as faults; every other write succeeds', async () => {
    const registry = await deferred();
    const { backend, store } = registry;
    expect(backend.refusals).toBe(3);
    expect(reported(registry).sort()).toEqual(['ERR_NDSR_REQUEST_REFUSED /large', 'ERR_NDSR_REQUEST_REFUSED /larger']);
    expect(names.filter((name) => store.owner(name) === backend.session?.id)).toEqual(names);
    expect(registry.phase).toBe('connected');
    expect(await registry.setData('/other', { n: 1 })).toBe(true);
    await expectQuietAfterStop(registry);
  });

  it('that were accepted earlier do not prevent other registrations from being restored after a lost session', async () => {
    const registry = await startedRegistry();
    await Promise.all(['/large', ...names].map((path) => registry.setNode(path, path === '/large' ? large : {})));
    lower(registry);
    registry.backend.lose();
    registry.backend.up();
    await turn(60);
    const { backend, store } = registry;
    expect(backend.refusals).toBe(3);
    expect(reported(registry)).toEqual(['ERR_NDSR_REQUEST_REFUSED /large']);
    expect(names.filter((name) => store.owner(name) === backend.session?.id)).toEqual(names);
    await expectQuietAfterStop(registry);
  });

  it('are tried again together after growing pauses, for one closed connection each time', async () => {
    const registry = await deferred();
    const closings: number[] = [];
    reported(registry);
    for (const pauseMs of [1, 2, 4, 8, 10, 10].map((minutes) => minutes * minute)) {
      closings.push(await closingsWithin(registry, pauseMs - 1));
      closings.push(await closingsWithin(registry, 1));
      expect(new Set(reported(registry))).toContain('ERR_NDSR_REQUEST_REFUSED /large');
    }
    expect(closings).toEqual([0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1]);
    await expectQuietAfterStop(registry);
  });

  it('succeed with the next attempt once the servers accept them', async () => {
    const registry = await deferred();
    lower(registry, Number.POSITIVE_INFINITY);
    await registry.clock.advance(minute + 1_000);
    expect(registry.store.owner('/large')).toBe(registry.backend.session?.id);
    expect(registry.store.text('/larger')).toContain(larger.text);
    await expectQuietAfterStop(registry);
  });

  it('are replaced immediately by smaller data at the same path', async () => {
    const registry = await deferred();
    expect(await registry.setNode('/large', { text: 'x' })).toBe(true);
    expect(registry.store.json('/large')?.text).toBe('x');
    expect(await closingsWithin(registry, 10 * minute)).toBeLessThanOrEqual(4);
    expect(registry.store.json('/large')?.text).toBe('x');
    await expectQuietAfterStop(registry);
  });

  it('are no longer sent once they are withdrawn', async () => {
    const registry = await deferred();
    expect(await registry.unset('/large')).toBe(true);
    expect(await registry.unset('/larger')).toBe(true);
    expect(await closingsWithin(registry, 60 * minute)).toBe(0);
    await expectQuietAfterStop(registry);
  });

  it('reject a call with the same data, with the same error', async () => {
    const registry = await deferred();
    const call = new Outcome(registry.setNode('/large', large));
    await turn(20);
    expect(call.code).toBe('ERR_NDSR_REQUEST_REFUSED');
    expect(registry.phase).toBe('connected');
    await expectQuietAfterStop(registry);
  });

  it('never cause a fault for an existing registration, no matter how large it is', async () => {
    const registry = await startedRegistry({ offline: 'defer' });
    await registry.setNode('/registered', larger);
    lower(registry);
    registry.backend.suspend();
    await registry.setNode('/large', large);
    registry.backend.up();
    await turn(60);
    expect(reported(registry)).toEqual(['ERR_NDSR_REQUEST_REFUSED /large']);
    expect(registry.store.owner('/registered')).toBe(registry.backend.session?.id);
    await expectQuietAfterStop(registry);
  });

  it('reject the call that sent them, and are not sent again', async () => {
    const registry = await startedRegistry();
    lower(registry);
    const call = new Outcome(registry.setNode('/large', large));
    await turn(20);
    expect(call.code).toBe('ERR_NDSR_NO_CONNECTION');
    expect(await closingsWithin(registry, 60 * minute)).toBe(0);
    expect(reported(registry)).toEqual([]);
    await expectQuietAfterStop(registry);
  });
});

describe('a connection that closes twice for other reasons', () => {
  it('does not refuse the requests that were in flight: all of them succeed', async () => {
    const registry = await startedRegistry({ offline: 'defer' });
    const { backend, store } = registry;
    backend.suspend();
    for (const name of names) await registry.setNode(name);
    for (let i = 0; i < 2; i += 1) {
      backend.hold('create', names.length);
      backend.up();
      await turn();
      backend.suspend();
    }
    backend.hold('create', 0);
    backend.up();
    await turn(60);
    expect(names.filter((name) => store.owner(name) === backend.session?.id)).toEqual(names);
    expect(reported(registry)).toEqual([]);
    await expectQuietAfterStop(registry);
  });
});

it.each([
  [1, 30_000, 60_000],
  [2, 60_000, 120_000],
  [5, 300_000, 600_000],
  [50, 300_000, 600_000],
])('before attempt %i there is a pause between %i and %i ms', (refusals, min, max) => {
  expect(backoffMs(refusals - 1, refusalBackoff, () => 0)).toBe(max);
  expect(backoffMs(refusals - 1, refusalBackoff, () => 1)).toBe(min);
});
