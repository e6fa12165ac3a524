import { describe, expect, it } from 'vitest';
import type { RegistryOptions } from '../../src/options/registry-options.js';
import { quarantinePauseMs } from '../../src/registration/retry-pause.js';
import { expectQuietAfterStop } from '../support/expect-quiet.js';
import { type FakeRegistry, startedRegistry } from '../support/fake-registry.js';
import '../support/guard.js';
import { Outcome, turn } from '@ndsr/test-support';

const minute = 60_000;
const large = { text: 'x'.repeat(2_000) };
const larger = { text: 'x'.repeat(3_000) };
const names = Array.from({ length: 20 }, (_, i) => `/n${i}`);

/** The servers refuse more than a thousand bytes from now on. */
function lower({ backend }: FakeRegistry, maxDataBytes = 1_000): void {
  backend.maxDataBytes = maxDataBytes;
}

/** What was reported, as code and path. */
function reported(registry: FakeRegistry): string[] {
  return registry.faults.splice(0).map(({ code, path }) => `${code} ${path}`);
}

/** One that was told, while it was disconnected, to write some data that the servers refuse, and others. */
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
  it('that were deferred are found by three closings, are a fault, and everything else goes through', async () => {
    const registry = await deferred();
    const { backend, store } = registry;
    expect(backend.refusals).toBe(3);
    expect(reported(registry).sort()).toEqual(['ERR_NDSR_REQUEST_REFUSED /large', 'ERR_NDSR_REQUEST_REFUSED /larger']);
    expect(names.filter((name) => store.owner(name) === backend.session?.id)).toEqual(names);
    expect(registry.phase).toBe('connected');
    expect(await registry.setData('/other', { n: 1 })).toBe(true);
    await expectQuietAfterStop(registry);
  });

  it('that were small enough once do not keep other registrations from coming back after a lost session', async () => {
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

  it('are tried again together after pauses that grow, for one closing each time', async () => {
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

  it('go through with the next try once the servers take them', async () => {
    const registry = await deferred();
    lower(registry, Number.POSITIVE_INFINITY);
    await registry.clock.advance(minute + 1_000);
    expect(registry.store.owner('/large')).toBe(registry.backend.session?.id);
    expect(registry.store.text('/larger')).toContain(larger.text);
    await expectQuietAfterStop(registry);
  });

  it('make way at once for smaller data at the same path', async () => {
    const registry = await deferred();
    expect(await registry.setNode('/large', { text: 'x' })).toBe(true);
    expect(registry.store.json('/large')?.text).toBe('x');
    expect(await closingsWithin(registry, 10 * minute)).toBeLessThanOrEqual(4);
    expect(registry.store.json('/large')?.text).toBe('x');
    await expectQuietAfterStop(registry);
  });

  it('are not sent any more once they are withdrawn', async () => {
    const registry = await deferred();
    expect(await registry.unset('/large')).toBe(true);
    expect(await registry.unset('/larger')).toBe(true);
    expect(await closingsWithin(registry, 60 * minute)).toBe(0);
    await expectQuietAfterStop(registry);
  });

  it('reject a call that asks for the same again, with the same error', async () => {
    const registry = await deferred();
    const call = new Outcome(registry.setNode('/large', large));
    await turn(20);
    expect(call.code).toBe('ERR_NDSR_REQUEST_REFUSED');
    expect(registry.phase).toBe('connected');
    await expectQuietAfterStop(registry);
  });

  it('are no reason to report a registration that stands, however large it is', async () => {
    const registry = await startedRegistry({ offline: 'defer' });
    await registry.setNode('/stands', larger);
    lower(registry);
    registry.backend.suspend();
    await registry.setNode('/large', large);
    registry.backend.up();
    await turn(60);
    expect(reported(registry)).toEqual(['ERR_NDSR_REQUEST_REFUSED /large']);
    expect(registry.store.owner('/stands')).toBe(registry.backend.session?.id);
    await expectQuietAfterStop(registry);
  });

  it('reject the call that asked for them, and are not sent again', async () => {
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
  it('is no fault of the requests that were in flight: all go through', async () => {
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
])('before try %i there is a pause between %i and %i ms', (refusals, least, most) => {
  expect(quarantinePauseMs(refusals, () => 0)).toBe(most);
  expect(quarantinePauseMs(refusals, () => 1)).toBe(least);
});
