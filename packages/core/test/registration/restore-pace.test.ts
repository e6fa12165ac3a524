import { FakeClock } from '@ndsr/test-support';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Paced, RestorePace } from '../../src/registration/restore-pace.js';
import '../support/guard.js';

interface PaceSettings {
  restorePerSecond?: number;
  restoreJitterMs?: number;
  random?: () => number;
}

function paced(settings: PaceSettings) {
  const clock = new FakeClock();
  const pace = new RestorePace({
    clock,
    random: () => 0,
    restorePerSecond: Number.POSITIVE_INFINITY,
    restoreJitterMs: 0,
    ...settings,
  });
  const turns: { name: number; at: number }[] = [];
  const make = (name: number): Paced => ({ onTurn: () => turns.push({ name, at: clock.now() }) });
  return { clock, pace, turns, make };
}

/** The largest number of turns in any window of one second. */
function maxPerSecond(turns: readonly { at: number }[]): number {
  const counts = turns.map(({ at: from }) => turns.filter(({ at }) => at >= from && at < from + 1_000).length);
  return Math.max(0, ...counts);
}

describe('RestorePace', () => {
  it('without a limit and without jitter grants each turn immediately, and has no timer', () => {
    const { clock, pace, turns, make } = paced({});
    pace.restart();
    for (let i = 0; i < 3; i += 1) pace.request(make(i));
    expect(turns.map(({ name }) => name)).toEqual([0, 1, 2]);
    expect(clock.pending).toBe(0);
  });

  it('grants the first turns after a random part of the jitter', async () => {
    const { clock, pace, turns, make } = paced({ restoreJitterMs: 400, random: () => 0.5 });
    pace.restart();
    pace.request(make(1));
    await clock.advance(100);
    pace.request(make(2));
    expect(turns).toEqual([]);
    await clock.advance(100);
    expect(turns).toEqual([
      { name: 1, at: 1_200 },
      { name: 2, at: 1_200 },
    ]);
    pace.request(make(3));
    expect(turns).toHaveLength(3);
    expect(clock.pending).toBe(0);
  });

  it('grants ten turns every ten milliseconds for 1,000 per second, in order of arrival', async () => {
    const { clock, pace, turns, make } = paced({ restorePerSecond: 1_000 });
    pace.restart();
    pace.request(make(-1));
    for (let i = 0; i < 25; i += 1) pace.request(make(i));
    await clock.advance(30);
    expect(turns.map(({ name }) => name)).toEqual([-1, ...Array.from({ length: 25 }, (_, i) => i)]);
    expect(turns.map(({ at }) => at - 1_000)).toEqual([
      0,
      ...Array(10).fill(10),
      ...Array(10).fill(20),
      ...Array(5).fill(30),
    ]);
  });

  it('accepts less than one per second', async () => {
    const { clock, pace, turns, make } = paced({ restorePerSecond: 0.5 });
    pace.restart();
    for (let i = 0; i < 3; i += 1) pace.request(make(i));
    await clock.advance(10_000);
    expect(turns.map(({ at }) => at - 1_000)).toEqual([0, 2_000, 4_000]);
    expect(clock.pending).toBe(0);
  });

  it('keeps the place of a repeated request', async () => {
    const { clock, pace, turns, make } = paced({ restorePerSecond: 1 });
    const [first, second] = [make(1), make(2)];
    pace.restart();
    pace.request(make(0));
    pace.request(first);
    pace.request(second);
    pace.request(first);
    await clock.advance(5_000);
    expect(turns.map(({ name }) => name)).toEqual([0, 1, 2]);
  });

  it('grants no turn after a release, and has no timer without requests', async () => {
    const { clock, pace, turns, make } = paced({ restorePerSecond: 1 });
    const [first, second] = [make(1), make(2)];
    pace.restart();
    pace.request(make(0));
    pace.request(first);
    pace.request(second);
    pace.release(first);
    await clock.advance(1_000);
    expect(turns.map(({ name }) => name)).toEqual([0, 2]);
    pace.request(first);
    pace.release(first);
    expect(clock.pending).toBe(0);
  });

  it('drops requests when the connection breaks, and starts again with the next one', async () => {
    const { clock, pace, turns, make } = paced({ restorePerSecond: 1, restoreJitterMs: 5_000, random: () => 0.9 });
    pace.restart();
    pace.request(make(1));
    pace.clear();
    expect(clock.pending).toBe(0);
    await clock.advance(10_000);
    pace.restart();
    pace.request(make(2));
    await clock.advance(4_499);
    expect(turns).toEqual([]);
    await clock.advance(1);
    expect(turns).toEqual([{ name: 2, at: 15_500 }]);
  });

  it('holds the limit when the connection flaps', async () => {
    const { clock, pace, turns, make } = paced({ restorePerSecond: 100 });
    for (let i = 0; i < 300; i += 1) {
      pace.restart();
      for (let one = 0; one < 5; one += 1) pace.request(make(i));
      await clock.advance(5);
    }
    expect(maxPerSecond(turns)).toBeLessThanOrEqual(100);
    expect(turns.length).toBeGreaterThan(100);
  });

  it('does not catch up after a late timer', async () => {
    const { clock, pace, turns, make } = paced({ restorePerSecond: 1_000 });
    pace.restart();
    for (let i = 0; i < 3_000; i += 1) pace.request(make(i));
    clock.lateMs = 700;
    await clock.advance(10);
    clock.lateMs = 0;
    await clock.advance(10_000);
    expect(turns).toHaveLength(3_000);
    expect(maxPerSecond(turns)).toBe(1_000);
  });

  it('for any arrivals: no second exceeds the limit, and every request is granted, in order', async () => {
    const rates = fc.oneof(fc.integer({ min: 1, max: 400 }), fc.double({ min: 0.3, max: 400, noNaN: true }));
    const steps = fc.array(
      fc.record({ gapMs: fc.integer({ min: 0, max: 300 }), count: fc.integer({ min: 0, max: 60 }) }),
      { minLength: 1, maxLength: 12 },
    );
    const timers = fc.record({
      earlyMs: fc.double({ min: 0, max: 0.9, noNaN: true }),
      lateMs: fc.integer({ min: 0, max: 40 }),
    });
    await fc.assert(
      fc.asyncProperty(
        rates,
        steps,
        timers,
        fc.integer({ min: 0, max: 500 }),
        async (rate, arrivals, timing, jitter) => {
          const { clock, pace, turns, make } = paced({
            restorePerSecond: rate,
            restoreJitterMs: jitter,
            random: () => 0.7,
          });
          Object.assign(clock, timing);
          pace.restart();
          let name = 0;
          for (const { gapMs, count } of arrivals) {
            await clock.advance(gapMs);
            for (let i = 0; i < count; i += 1, name += 1) pace.request(make(name));
          }
          for (let i = 0; i < 50_000 && clock.pending > 0; i += 1) await clock.advance(clock.nextIn ?? 0);
          expect(turns.map((one) => one.name)).toEqual(Array.from({ length: name }, (_, i) => i));
          expect(maxPerSecond(turns)).toBeLessThanOrEqual(Math.max(1, rate));
          expect(clock.pending).toBe(0);
        },
      ),
      { numRuns: 60 },
    );
  });
});
