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
  // Each check in a turn of its own, except in tests about turns.
  const sentinel = {
    onConnected: inner.onConnected.bind(inner),
    check(): string | undefined {
      endTurn();
      return inner.detectChange();
    },
  };
  sentinel.onConnected(timeoutMs, true);
  return { clock, process, sentinel, inner, endTurn, turns };
}

describe('ProcessSentinel', () => {
  it('detects another process id, once', () => {
    const { process, sentinel } = createSentinel(Number.POSITIVE_INFINITY);
    expect(sentinel.check()).toBeUndefined();
    process.pid = 101;
    expect(sentinel.check()).toBe('The process id changed from 100 to 101');
    expect(sentinel.check()).toBeUndefined();
  });

  it('detects that the system clock ran ahead by more than the session timeout, once', () => {
    const { clock, sentinel } = createSentinel();
    clock.jump(10_001);
    expect(sentinel.check()).toBe('The process was suspended for 10001 ms, or the system clock was set');
    expect(sentinel.check()).toBeUndefined();
  });

  it.each([
    ['a short jump', 10_000],
    ['a jump backwards', -3_600_000],
  ])('ignores %s', (_, ms) => {
    const { clock, sentinel } = createSentinel();
    clock.jump(ms);
    expect(sentinel.check()).toBeUndefined();
  });

  it('detects a long jump after one backwards', () => {
    const { clock, sentinel } = createSentinel();
    clock.jump(-3_600_000);
    sentinel.check();
    clock.jump(10_001);
    expect(sentinel.check()).toMatch(/^The process was suspended/);
  });

  it('accepts time that passes on both clocks', async () => {
    const { clock, sentinel } = createSentinel();
    await clock.advance(86_400_000);
    expect(sentinel.check()).toBeUndefined();
    clock.jump(9_000);
    await clock.advance(86_400_000);
    expect(sentinel.check()).toBeUndefined();
    clock.jump(10_001);
    expect(sentinel.check()).toMatch(/10001 ms/);
  });

  it('checks once in a turn', () => {
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

  it('ignores the clocks if sessions never end', () => {
    const { clock, process, sentinel } = createSentinel(Number.POSITIVE_INFINITY);
    const before = process.dates;
    clock.jump(86_400_000);
    expect(sentinel.check()).toBeUndefined();
    expect(process.dates).toBe(before);
  });

  it('uses the timeout of the current session', () => {
    const { clock, sentinel } = createSentinel(Number.POSITIVE_INFINITY);
    sentinel.onConnected(5_000, false);
    clock.jump(5_001);
    expect(sentinel.check()).toMatch(/5001 ms/);
  });

  it('ignores a jump before a new session, but not before a resumed one', () => {
    const { clock, sentinel } = createSentinel();
    clock.jump(20_000);
    sentinel.onConnected(10_000, true);
    expect(sentinel.check()).toBeUndefined();
    clock.jump(20_000);
    sentinel.onConnected(10_000, false);
    expect(sentinel.check()).toMatch(/20000 ms/);
  });

  it('for any clock changes between checks: reports exactly when the system clock ran ahead by more than the timeout', async () => {
    const step = fc.record({ passMs: fc.nat(30_000), jumpMs: fc.integer({ min: -15_000, max: 15_000 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 20 }), async (steps) => {
        const { clock, sentinel } = createSentinel();
        // The time of the last comparison, computed by an independent formulation of the rule.
        let aheadMs = 0;
        let passedMs = 0;
        for (const { passMs, jumpMs } of steps) {
          await clock.advance(passMs);
          clock.jump(jumpMs);
          aheadMs += jumpMs;
          passedMs += passMs;
          const isDue = aheadMs + passedMs > 10_000 || aheadMs + passedMs < 0;
          expect(sentinel.check() !== undefined).toBe(isDue && aheadMs > 10_000);
          if (isDue) aheadMs = passedMs = 0;
        }
      }),
      { numRuns: 50 },
    );
  });
});
