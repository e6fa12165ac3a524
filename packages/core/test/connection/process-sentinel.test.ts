import { FakeClock } from '@ndsr/test-support';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProcessSentinel } from '../../src/connection/process-sentinel.js';
import '../support/guard.js';

function createSentinel(timeoutMs = 10_000) {
  const clock = new FakeClock();
  const process = { pid: 100, dates: 0 };
  const date = clock.date.bind(clock);
  clock.date = () => {
    process.dates += 1;
    return date();
  };
  const turns: (() => void)[] = [];
  const nextTurn = (run: () => void): void => void turns.push(run);
  const inner = new ProcessSentinel({ clock, pid: () => process.pid, nextTurn });
  const endTurn = (): void => {
    for (const run of turns.splice(0)) run();
  };
  // Each look in a turn of its own, but where a test is about that.
  const sentinel = {
    trust: inner.onConnected.bind(inner),
    look(): string | undefined {
      endTurn();
      return inner.detectChange();
    },
  };
  sentinel.trust(timeoutMs, true);
  return { clock, process, sentinel, inner, endTurn, turns };
}

describe('ProcessSentinel', () => {
  it('notices another process id, once', () => {
    const { process, sentinel } = createSentinel(Number.POSITIVE_INFINITY);
    expect(sentinel.look()).toBeUndefined();
    process.pid = 101;
    expect(sentinel.look()).toBe('The process has another id than before (101, it was 100)');
    expect(sentinel.look()).toBeUndefined();
  });

  it('notices that the time of day ran ahead by more than the session timeout, once', () => {
    const { clock, sentinel } = createSentinel();
    clock.jump(10_001);
    expect(sentinel.look()).toBe('The process stood still for 10001 ms, or the time of day was set');
    expect(sentinel.look()).toBeUndefined();
  });

  it.each([
    ['a short jump', 10_000],
    ['a jump backwards', -3_600_000],
  ])('does nothing about %s', (_, ms) => {
    const { clock, sentinel } = createSentinel();
    clock.jump(ms);
    expect(sentinel.look()).toBeUndefined();
  });

  it('notices a long jump after one backwards', () => {
    const { clock, sentinel } = createSentinel();
    clock.jump(-3_600_000);
    sentinel.look();
    clock.jump(10_001);
    expect(sentinel.look()).toMatch(/^The process stood still/);
  });

  it('takes time that both clocks show for time', async () => {
    const { clock, sentinel } = createSentinel();
    await clock.advance(86_400_000);
    expect(sentinel.look()).toBeUndefined();
    clock.jump(9_000);
    await clock.advance(86_400_000);
    expect(sentinel.look()).toBeUndefined();
    clock.jump(10_001);
    expect(sentinel.look()).toMatch(/10001 ms/);
  });

  it('looks once in a turn', () => {
    const { clock, process, inner, endTurn, turns } = createSentinel();
    expect(inner.detectChange()).toBeUndefined();
    const looks = process.dates;
    clock.jump(20_000);
    for (let i = 0; i < 10; i += 1) expect(inner.detectChange()).toBeUndefined();
    expect(process.dates).toBe(looks);
    expect(turns).toHaveLength(1);
    endTurn();
    expect(inner.detectChange()).toMatch(/20000 ms/);
  });

  it('never minds the time where sessions never end', () => {
    const { clock, process, sentinel } = createSentinel(Number.POSITIVE_INFINITY);
    const before = process.dates;
    clock.jump(86_400_000);
    expect(sentinel.look()).toBeUndefined();
    expect(process.dates).toBe(before);
  });

  it('measures with the timeout of the session in force', () => {
    const { clock, sentinel } = createSentinel(Number.POSITIVE_INFINITY);
    sentinel.trust(5_000, false);
    clock.jump(5_001);
    expect(sentinel.look()).toMatch(/5001 ms/);
  });

  it('forgives what was before a new session, and does not when the old one was handed back', () => {
    const { clock, sentinel } = createSentinel();
    clock.jump(20_000);
    sentinel.trust(10_000, true);
    expect(sentinel.look()).toBeUndefined();
    clock.jump(20_000);
    sentinel.trust(10_000, false);
    expect(sentinel.look()).toMatch(/20000 ms/);
  });

  it('whatever the clocks do between looks: says so exactly when one ran ahead by more than the timeout', async () => {
    const step = fc.record({ passMs: fc.nat(30_000), jumpMs: fc.integer({ min: -15_000, max: 15_000 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 20 }), async (steps) => {
        const { clock, sentinel } = createSentinel();
        // Where the date was last compared, by the same rule said in another way.
        let aheadMs = 0;
        let passedMs = 0;
        for (const { passMs, jumpMs } of steps) {
          await clock.advance(passMs);
          clock.jump(jumpMs);
          aheadMs += jumpMs;
          passedMs += passMs;
          const isDue = aheadMs + passedMs > 10_000 || aheadMs + passedMs < 0;
          expect(sentinel.look() !== undefined).toBe(isDue && aheadMs > 10_000);
          if (isDue) aheadMs = passedMs = 0;
        }
      }),
      { numRuns: 50 },
    );
  });
});
