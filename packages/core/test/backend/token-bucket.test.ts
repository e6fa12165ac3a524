import { FakeClock } from '@ndsr/test-support';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TokenBucket } from '../../src/backend/token-bucket.js';
import '../support/guard.js';
import { Outcome, turn } from '@ndsr/test-support';

/** Returns when each of the calls made at the given times was served. */
async function serve(limit: { calls: number; perMs: number }, gaps: readonly number[]) {
  const clock = new FakeClock();
  const bucket = new TokenBucket(limit, clock);
  const served: { call: number; at: number }[] = [];
  for (const [call, gap] of gaps.entries()) {
    await clock.advance(gap);
    void bucket.take().then(() => served.push({ call, at: clock.now() }));
  }
  for (let i = 0; i < gaps.length + 5 && clock.pending > 0; i += 1) await clock.advance(clock.nextIn ?? 0);
  await turn();
  return { served, pending: clock.pending };
}

describe('TokenBucket', () => {
  it('lets a burst through, then one call after the other as it refills', async () => {
    const { served } = await serve({ calls: 3, perMs: 300 }, [0, 0, 0, 0, 0]);
    expect(served.map(({ at }) => at - 1_000)).toEqual([0, 0, 0, 100, 200]);
  });

  it('serves every caller in the order of arrival, and never more than the burst and the refill in any period', async () => {
    const limits = fc.record({ calls: fc.integer({ min: 1, max: 20 }), perMs: fc.integer({ min: 1, max: 2_000 }) });
    const gaps = fc.array(fc.integer({ min: 0, max: 200 }), { minLength: 1, maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(limits, gaps, async (limit, calls) => {
        const { served, pending } = await serve(limit, calls);
        expect(served.map(({ call }) => call)).toEqual(calls.map((_, index) => index));
        expect(pending).toBe(0);
        for (const [first, { at: from }] of served.entries()) {
          for (let last = first; last < served.length; last += 1) {
            const span = (served[last]?.at ?? 0) - from;
            const most = limit.calls + (span * limit.calls) / limit.perMs;
            expect(last - first + 1).toBeLessThanOrEqual(most + 1e-6);
          }
        }
      }),
    );
  });

  it('allows one call per more than perMs if calls is below one', async () => {
    const { served, pending } = await serve({ calls: 0.5, perMs: 1_000 }, [0, 0, 0]);
    expect(served.map(({ at }) => at - 1_000)).toEqual([0, 2_000, 4_000]);
    expect(pending).toBe(0);
  });

  it('waits again when a timer fires too early', async () => {
    const clock = new FakeClock();
    clock.earlyMs = 0.7;
    const bucket = new TokenBucket({ calls: 1, perMs: 100 }, clock);
    await bucket.take();
    const second = new Outcome(bucket.take());
    await clock.advance(99.5);
    expect(second.state).toBe('pending');
    await clock.advance(2);
    expect(second.value).toBe(true);
    expect(clock.pending).toBe(0);
  });

  it('refuses waiting and later callers when it is closed, and leaves no timer', async () => {
    const clock = new FakeClock();
    const bucket = new TokenBucket({ calls: 1, perMs: 100 }, clock);
    expect(await bucket.take()).toBe(true);
    const waiting = [new Outcome(bucket.take()), new Outcome(bucket.take())];
    expect(clock.pending).toBe(1);
    bucket.close();
    await turn();
    expect(waiting.map(({ value }) => value)).toEqual([false, false]);
    expect(await bucket.take()).toBe(false);
    expect(clock.pending).toBe(0);
    bucket.close();
  });
});
