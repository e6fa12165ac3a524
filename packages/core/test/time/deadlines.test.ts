import { FakeClock } from '@ndsr/test-support';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Deadlines } from '../../src/time/deadlines.js';

function watched(ms = 100): { clock: FakeClock; deadlines: Deadlines<{ name: string }>; over: string[] } {
  const clock = new FakeClock();
  const over: string[] = [];
  return {
    clock,
    over,
    deadlines: new Deadlines({ clock, ms, over: ({ name }) => over.push(`${name} ${clock.now()}`) }),
  };
}

it('times out each call after its own time, with one timer', async () => {
  const { clock, deadlines, over } = watched();
  const began = clock.now();
  for (const name of ['a', 'b', 'c']) {
    deadlines.begin({ name });
    await clock.advance(30);
  }
  expect(clock.pending).toBe(1);
  await clock.advance(200);
  expect(over).toEqual([`a ${began + 100}`, `b ${began + 130}`, `c ${began + 160}`]);
  expect(clock.pending).toBe(0);
});

it('does not time out a call that has ended, and leaves no timer when all have', async () => {
  const { clock, deadlines, over } = watched();
  const [first, second] = [{ name: 'first' }, { name: 'second' }];
  deadlines.begin(first);
  deadlines.begin(second);
  deadlines.end(first);
  expect(clock.pending).toBe(1);
  deadlines.end(second);
  deadlines.end(second);
  expect(clock.pending).toBe(0);
  await clock.advance(1_000);
  expect(over).toEqual([]);
});

it('gives a call that begins during a timeout its full time', async () => {
  const clock = new FakeClock();
  const over: number[] = [];
  const deadlines = new Deadlines<{ again: boolean }>({
    clock,
    ms: 100,
    over: ({ again }) => {
      over.push(clock.now());
      if (again) deadlines.begin({ again: false });
    },
  });
  const began = clock.now();
  deadlines.begin({ again: true });
  deadlines.begin({ again: true });
  await clock.advance(100);
  expect(clock.pending).toBe(1);
  await clock.advance(1_000);
  expect(over.map((at) => at - began)).toEqual([100, 100, 200, 200]);
  expect(clock.pending).toBe(0);
});

interface Call {
  readonly name: string;
  isPaused: boolean;
}

function pausable(ms = 800) {
  const clock = new FakeClock();
  const over: Call[] = [];
  const deadlines = new Deadlines<Call>({
    clock,
    ms,
    over: (call) => over.push(call),
    isPaused: ({ isPaused }) => isPaused,
  });
  return { clock, over, deadlines };
}

it('stops the time of a paused call, which has its full time afterwards', async () => {
  const { clock, deadlines, over } = pausable();
  const [paused, other] = [
    { name: 'paused', isPaused: true },
    { name: 'other', isPaused: false },
  ];
  deadlines.begin(paused);
  deadlines.begin(other);
  await clock.advance(4_000);
  expect(over).toEqual([other]);
  paused.isPaused = false;
  await clock.advance(799);
  expect(over).toEqual([other]);
  await clock.advance(101);
  expect(over).toEqual([other, paused]);
  expect(clock.pending).toBe(0);
});

it('ends a call that is always paused after ten deadlines, also when it is begun again', async () => {
  const { clock, deadlines, over } = pausable();
  const paused = { name: 'paused', isPaused: true };
  deadlines.begin(paused);
  await clock.advance(7_000);
  deadlines.begin(paused);
  await clock.advance(999);
  expect(over).toEqual([]);
  await clock.advance(101);
  expect(over).toEqual([paused]);
});

it('does not time out a call whose answer arrived while the event loop was blocked', async () => {
  const { clock, deadlines, over } = pausable();
  for (const aheadMs of [0, 50, 400, 799]) {
    const call = { name: `${aheadMs}`, isPaused: false };
    deadlines.begin(call);
    await clock.advance(aheadMs);
    clock.stall(60_000);
    expect(over).toEqual([]);
    deadlines.end(call);
  }
  expect(clock.pending).toBe(0);
});

it('does not keep a call forever if the event loop is blocked again and again', async () => {
  const { clock, deadlines, over } = pausable();
  deadlines.begin({ name: 'unanswered', isPaused: false });
  for (let stalls = 0; stalls < 100 && over.length === 0; stalls += 1) clock.stall(10_000);
  expect(over).toHaveLength(1);
});

it('begun, paused, ended and delayed in any order, no call ends early, and each ends', async () => {
  const step = fc.oneof(
    fc.record({ what: fc.constant('begin' as const), isPaused: fc.boolean() }),
    fc.record({ what: fc.constant('toggle' as const), at: fc.nat(9) }),
    fc.record({ what: fc.constant('end' as const), at: fc.nat(9) }),
    fc.record({ what: fc.constant('pass' as const), ms: fc.integer({ min: 1, max: 900 }) }),
    fc.record({ what: fc.constant('stall' as const), ms: fc.integer({ min: 1, max: 900 }) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const { clock, deadlines, over } = pausable();
      /**
       * How long each call ran. A pause that no check saw counts, and a blocked event loop counts as one interval at
       * most.
       */
      const ran = new Map<Call, number>();
      const live = (): Call[] => [...ran.keys()].filter((call) => !over.includes(call));
      const nth = (at: number): Call | undefined => live()[at % Math.max(1, live().length)];
      const count = (ms: number): void => {
        for (const call of live()) ran.set(call, (ran.get(call) ?? 0) + (call.isPaused ? 0 : ms));
      };
      const pass = async (ms: number): Promise<void> => {
        for (let left = ms; left > 0; left -= 50) {
          const slice = Math.min(50, left);
          count(slice);
          await clock.advance(slice);
        }
      };
      for (const one of steps) {
        if (one.what === 'begin') {
          const call = { name: `${ran.size}`, isPaused: one.isPaused };
          ran.set(call, 0);
          deadlines.begin(call);
        } else if (one.what === 'pass') await pass(one.ms);
        else if (one.what === 'stall') {
          count(Math.min(105, one.ms));
          clock.stall(one.ms);
        } else {
          const call = nth(one.at);
          if (call === undefined) continue;
          if (one.what === 'toggle') {
            call.isPaused = !call.isPaused;
            if (call.isPaused) ran.set(call, (ran.get(call) ?? 0) + 105);
          } else {
            deadlines.end(call);
            ran.delete(call);
          }
        }
      }
      await pass(1_500);
      expect(live().filter(({ isPaused }) => !isPaused)).toEqual([]);
      // After eight late checks in a row the ninth counts: every call ends.
      const stalls = steps.filter(({ what }) => what === 'stall').length;
      if (stalls <= 8)
        for (const call of over) expect(ran.get(call)).toBeGreaterThanOrEqual(call.isPaused ? 0 : 800 - 255);
      expect(clock.pending).toBeLessThanOrEqual(1);
    }),
    { numRuns: 100 },
  );
});
