import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type FakeRegistry, startedRegistry } from '../support/fake-registry.js';
import { bytes, type FakeStore, storeWith } from '../support/fake-store.js';
import '../support/guard.js';

const safetyRereadMs = 20_000;
const slotMs = 250;
const paths = ['/a', '/b', '/c'];
const registration = '/s/me';

/** An event in one time slot. */
type Step =
  | { readonly do: 'change'; readonly path: string; readonly to: 'data' | 'child' | 'gone' }
  | { readonly do: 'interfere' }
  | { readonly do: 'mute'; readonly path: string }
  | { readonly do: 'outage' }
  | { readonly do: 'nothing' };

const change: fc.Arbitrary<Step> = fc.record({
  do: fc.constant('change' as const),
  path: fc.constantFrom(...paths),
  to: fc.constantFrom('data' as const, 'data' as const, 'child' as const, 'gone' as const),
});
const nothing: fc.Arbitrary<Step> = fc.constant({ do: 'nothing' });
const outage: fc.Arbitrary<Step> = fc.constant({ do: 'outage' });
const interfere: fc.Arbitrary<Step> = fc.constant({ do: 'interfere' });
const mute: fc.Arbitrary<Step> = fc.record({
  do: fc.constant('mute' as const),
  path: fc.constantFrom(...paths, registration),
});

function applyStep(registry: FakeRegistry, step: Step, number: number): void {
  const { store, backend } = registry;
  if (step.do === 'mute') for (const watch of backend.watchesOf(step.path)) watch.muted = true;
  if (step.do === 'interfere') store.delete(registration);
  if (step.do === 'change') applyChange(store, step.path, step.to, number);
  if (step.do === 'outage') {
    backend.suspend();
    backend.up();
  }
}

function applyChange(store: FakeStore, path: string, to: 'data' | 'child' | 'gone', number: number): void {
  const child = `${path}/n${number % 3}`;
  if (to === 'data') store.put(path, bytes({ number }));
  else if (to === 'child' && store.has(child)) store.delete(child);
  else if (to === 'child') store.put(child, bytes({ number }));
  else for (const at of [`${path}/n0`, `${path}/n1`, `${path}/n2`, path]) store.delete(at);
}

async function started(seed: number): Promise<FakeRegistry> {
  let state = seed;
  const random = (): number => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
  const registry = await startedRegistry({ safetyRereadMs, random }, storeWith({ '/a': {}, '/b/n0': {} }));
  // A change takes up to 0.9 s to reach a watch.
  registry.backend.soon = (run) => void registry.clock.backgroundTimer(random() * 900, run);
  const settled = Promise.all([...paths.map((path) => registry.get(path)), registry.setNode(registration, { a: 1 })]);
  await registry.clock.advance(1_000);
  await settled;
  return registry;
}

it('a working watch is never reported, under constant changes and through outages', async () => {
  const steps = fc.array(
    fc.oneof({ weight: 8, arbitrary: change }, nothing, interfere, { weight: 1, arbitrary: outage }),
    {
      minLength: 200,
      maxLength: 300,
    },
  );
  await fc.assert(
    fc.asyncProperty(fc.nat(), steps, async (seed, played) => {
      const registry = await started(seed);
      for (const [number, step] of played.entries()) {
        applyStep(registry, step, number);
        await registry.clock.advance(slotMs);
      }
      const { requests } = registry.backend;
      expect(registry.faults).toEqual([]);
      expect(requests.some((line) => line.startsWith('read /a'))).toBe(true);
      await registry.stop();
    }),
    { numRuns: 12 },
  );
});

it('every watch that goes quiet is restarted within two rounds, no matter what changes, and reported once', async () => {
  const steps = fc.array(fc.oneof({ weight: 6, arbitrary: change }, nothing, { weight: 2, arbitrary: mute }), {
    minLength: 50,
    maxLength: 150,
  });
  await fc.assert(
    fc.asyncProperty(fc.nat(), steps, async (seed, played) => {
      const registry = await started(seed);
      for (const [number, step] of played.entries()) {
        applyStep(registry, step, number);
        await registry.clock.advance(slotMs);
      }
      const quiet = [...registry.backend.watches].filter(({ muted }) => muted);
      const before = registry.faults.length;
      for (const path of paths) registry.store.put(path, bytes('the last word'));
      registry.store.delete(registration);
      await registry.clock.advance(2 * safetyRereadMs + 5_000);
      expect(quiet.filter(({ disposed }) => !disposed)).toEqual([]);
      expect(
        registry.faults
          .slice(before)
          .map(({ path }) => path)
          .sort(),
      ).toEqual(quiet.map(({ path }) => path).sort());
      for (const path of paths) expect(registry.peek(path)?.data).toEqual({ string_value: 'the last word' });
      expect(registry.store.has(registration)).toBe(true);
      await registry.stop();
    }),
    { numRuns: 12 },
  );
});
