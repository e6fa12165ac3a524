import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RegistryOptions } from '../../src/options/registry-options.js';
import { isSuspiciouslyEmpty } from '../../src/watch/empty-guard.js';
import { FakeRegistry } from '../support/fake-registry.js';
import { bytes, type FakeStore, storeWith } from '../support/fake-store.js';
import '../support/guard.js';
import { Outcome, turn } from '@ndsr/test-support';

const holdMs = 10_000;
const service = { '/s': { v: 1 }, '/s/a': {}, '/s/b': {}, '/s/c': {} };

interface Guarded {
  readonly registry: FakeRegistry;
  readonly store: FakeStore;
  /** The child names of each callback call. */
  readonly seen: string[];
  /** `held` events: path, held, number of children. */
  readonly events: string[];
}

async function guarded(options: RegistryOptions = {}, nodes: Record<string, unknown> = service): Promise<Guarded> {
  const store = storeWith(nodes);
  const registry = new FakeRegistry({ guardEmpty: { holdMs }, ...options }, store);
  const seen: string[] = [];
  const events: string[] = [];
  registry.on('held', ({ path, held, children }) => events.push(`${path} ${held} ${children}`));
  await registry.start();
  await registry.get('/s', { callback: ({ children }) => seen.push(Object.keys(children).join('')) });
  return { registry, store, seen, events };
}

function empty(store: FakeStore, path = '/s'): void {
  for (const name of store.read(path, 'names').children.keys()) store.delete(`${path}/${name}`);
}

/** Disconnects, empties the service meanwhile, and reconnects. */
async function reconnectAfterServiceEmptied({ registry, store }: Guarded): Promise<void> {
  registry.backend.suspend();
  empty(store);
  registry.backend.up();
  await turn();
}

describe('isDoubtful', () => {
  it.each([
    [true, { shown: 2, next: 0, connectedForMs: 0, holdMs: 1 }],
    [true, { shown: 9, next: 0, connectedForMs: 999, holdMs: 1_000 }],
    [false, { shown: 1, next: 0, connectedForMs: 0, holdMs: 1_000 }],
    [false, { shown: 9, next: 1, connectedForMs: 0, holdMs: 1_000 }],
    [false, { shown: 9, next: 0, connectedForMs: 1_000, holdMs: 1_000 }],
    [false, { shown: 9, next: 0, connectedForMs: Number.POSITIVE_INFINITY, holdMs: 1_000 }],
  ])('%s for %o', (doubtful, step) => {
    expect(isSuspiciouslyEmpty(step)).toBe(doubtful);
  });
});

describe('guardEmpty', () => {
  it('shows the old children while they may be registering again, and emits held', async () => {
    const open = await guarded();
    const { registry, seen, events, store } = open;
    const old = registry.peek('/s');
    const asOf = registry.clock.date();
    await reconnectAfterServiceEmptied(open);
    await registry.clock.advance(100);
    expect(registry.peek('/s')).toBe(old);
    expect(await registry.get('/s')).toBe(old);
    expect(registry.freshness('/s')).toEqual({ origin: 'last-known', asOf, ageMs: 100, held: true });
    expect((await registry.watch('/s').next()).value).toBe(old);
    expect(events).toEqual(['/s true 3']);
    store.put('/s/a', bytes({}));
    await turn();
    expect(registry.freshness('/s')).toMatchObject({ origin: 'live', held: false });
    expect(seen).toEqual(['abc', 'a']);
    expect(events).toEqual(['/s true 3', '/s false 3']);
    await registry.clock.advance(2 * holdMs);
    expect(seen).toEqual(['abc', 'a']);
    await registry.stop();
    expect(registry.clock.pending).toBe(0);
  });

  it('shows the empty list after holdMs, also when it is delivered repeatedly', async () => {
    const open = await guarded();
    const { registry, seen, events, store } = open;
    await reconnectAfterServiceEmptied(open);
    for (let passed = 0; passed < holdMs - 1_000; passed += 1_000) {
      await registry.clock.advance(1_000);
      store.put('/s', bytes({ passed }));
    }
    await registry.clock.advance(999);
    expect(seen).toEqual(['abc']);
    await registry.clock.advance(1);
    expect(seen).toEqual(['abc', '']);
    expect(registry.peek('/s')?.data).toEqual({ passed: 8_000 });
    expect(events).toEqual(['/s true 3', '/s false 3']);
    expect(registry.freshness('/s')).toMatchObject({ origin: 'live', held: false });
  });

  it('treats a deleted path as empty too', async () => {
    const { registry, store, events } = await guarded();
    registry.backend.suspend();
    empty(store);
    store.delete('/s');
    registry.backend.up();
    await turn();
    expect(registry.peek('/s')?.stat).not.toBe(null);
    await registry.clock.advance(holdMs);
    expect(registry.peek('/s')?.stat).toBe(null);
    expect(events).toHaveLength(2);
  });

  it('does nothing when it is not enabled, when the connection is old, and for one child', async () => {
    const off = await guarded({ guardEmpty: undefined });
    await reconnectAfterServiceEmptied(off);
    expect(off.seen).toEqual(['abc', '']);
    const old = await guarded();
    await old.registry.clock.advance(holdMs);
    const { store } = old;
    for (const watch of old.registry.backend.watches) watch.muted = true;
    empty(store);
    for (const watch of old.registry.backend.watches) watch.deliver();
    expect(old.seen).toEqual(['abc', '']);
    const single = await guarded({}, { '/s/a': {} });
    await reconnectAfterServiceEmptied(single);
    expect(single.seen).toEqual(['a', '']);
    expect([...off.events, ...old.events, ...single.events]).toEqual([]);
  });

  it('does not outlast its time when the connection breaks meanwhile: the empty list is then shown as last known', async () => {
    const open = await guarded();
    const { registry, seen, events } = open;
    await reconnectAfterServiceEmptied(open);
    await registry.clock.advance(3_000);
    registry.backend.suspend(1_000);
    const asOf = new Date(registry.clock.date().getTime() - 1_000);
    await registry.clock.advance(holdMs - 3_000);
    expect(seen).toEqual(['abc', '']);
    expect(registry.freshness('/s')).toMatchObject({ origin: 'last-known', asOf, held: false });
    registry.backend.up();
    await turn();
    expect(seen).toEqual(['abc', '']);
    expect(events).toEqual(['/s true 3', '/s false 3']);
  });

  it('holds through a rebuild, but not longer because of it', async () => {
    const open = await guarded();
    await reconnectAfterServiceEmptied(open);
    await open.registry.clock.advance(holdMs - 1_000);
    await open.registry.rebuild();
    await turn();
    expect(open.seen).toEqual(['abc']);
    await open.registry.clock.advance(1_000);
    expect(open.seen).toEqual(['abc', '']);
    expect(open.events).toEqual(['/s true 3', '/s false 3']);
  });

  it('ends with unwatch and with stop, and no callback receives the empty list', async () => {
    const unwatched = await guarded();
    await reconnectAfterServiceEmptied(unwatched);
    unwatched.registry.unwatch('/s');
    expect(unwatched.events).toEqual(['/s true 3', '/s false 3']);
    const stopped = await guarded();
    await reconnectAfterServiceEmptied(stopped);
    await stopped.registry.stop();
    expect(stopped.events).toEqual(['/s true 3', '/s false 3']);
    expect([...unwatched.seen, ...stopped.seen]).toEqual(['abc', 'abc']);
    await unwatched.registry.clock.advance(1_000); // the line at the end of the outage
    expect([unwatched.registry.clock.pending, stopped.registry.clock.pending]).toEqual([0, 0]);
    expect(stopped.registry.freshness('/s')?.held).toBe(false);
  });

  it('counts the held children for calls that wait for children', async () => {
    const open = await guarded();
    await reconnectAfterServiceEmptied(open);
    const get = new Outcome(open.registry.get('/s', { waitMs: 60_000, minChildren: 3 }));
    await turn();
    expect(Object.keys(get.value?.children ?? {})).toHaveLength(3);
  });

  it('ends when a call asks for more detail than is known of the old children', async () => {
    const { registry, store } = await guarded();
    await registry.get('/t', { children: 'names' });
    for (const name of ['a', 'b']) store.put(`/t/${name}`, bytes({}));
    await turn();
    registry.backend.suspend();
    empty(store, '/t');
    registry.backend.up();
    await turn();
    expect(registry.freshness('/t')?.held).toBe(true);
    expect((await registry.get('/t')).children).toEqual({});
    expect(registry.freshness('/t')?.held).toBe(false);
  });
});

type Step = 'child' | 'empty' | 'touch' | 'outage' | 'new session' | 'second' | 'many seconds';

it('is never longer than holdMs, never on an old connection, and happens once for each empty list', async () => {
  const step = fc.constantFrom<Step>('child', 'empty', 'touch', 'outage', 'new session', 'second', 'many seconds');
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const { registry, store } = await guarded();
      let connectedAt = registry.clock.now();
      let heldAt: number | undefined;
      let emptiedAgain = true;
      registry.on('phase', ({ phase }) => {
        if (phase === 'connected') connectedAt = registry.clock.now();
      });
      registry.on('held', ({ held }) => {
        const now = registry.clock.now();
        if (held) {
          expect([heldAt, emptiedAgain]).toEqual([undefined, true]);
          expect(now - connectedAt).toBeLessThan(holdMs);
          emptiedAgain = false;
        } else {
          expect(now - (heldAt ?? Number.NEGATIVE_INFINITY)).toBeLessThanOrEqual(holdMs);
        }
        heldAt = held ? now : undefined;
      });
      for (const [number, next] of steps.entries()) {
        if (next === 'child') emptiedAgain = true;
        await applyStep(registry, store, next, number);
        const there = registry.backend.store.read('/s', 'names').children.size;
        const shown = Object.keys(registry.peek('/s')?.children ?? {}).length;
        expect(registry.freshness('/s')?.held).toBe(heldAt !== undefined);
        expect(shown === there || (heldAt !== undefined && there === 0 && shown >= 2)).toBe(true);
      }
      await registry.stop();
      expect([heldAt, registry.clock.pending]).toEqual([undefined, 0]);
    }),
    { numRuns: 150 },
  );
});

async function applyStep(registry: FakeRegistry, store: FakeStore, step: Step, number: number): Promise<void> {
  if (step === 'child') store.put(`/s/n${number % 4}`, bytes({ number }));
  else if (step === 'empty') empty(store);
  else if (step === 'touch') store.put('/s', bytes({ number }));
  else if (step === 'outage') registry.backend.suspend();
  else if (step === 'new session') registry.backend.lose();
  else await registry.clock.advance(step === 'second' ? 1_000 : 7_000);
  if (!registry.backend.connected) registry.backend.up();
  await turn();
}
