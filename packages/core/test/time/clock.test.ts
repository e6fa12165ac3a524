import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from '../../src/time/clock.js';

describe('systemClock', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it.each(['timer', 'backgroundTimer'] as const)('%s runs once, after its delay', (kind) => {
    const run = vi.fn();
    systemClock[kind](50, run);
    vi.advanceTimersByTime(49);
    expect(run).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1_000);
    expect(run).toHaveBeenCalledOnce();
  });

  it.each(['timer', 'backgroundTimer'] as const)(
    '%s that is cancelled does not run; cancelling it twice is fine',
    (kind) => {
      const run = vi.fn();
      const cancel = systemClock[kind](50, run);
      cancel();
      cancel();
      vi.advanceTimersByTime(1_000);
      expect(run).not.toHaveBeenCalled();
    },
  );

  it.each([2 ** 31, 1e15, Number.POSITIVE_INFINITY])('a delay of %d ms does not run at once', (ms) => {
    const run = vi.fn();
    systemClock.timer(ms, run);
    vi.advanceTimersByTime(1_000_000);
    expect(run).not.toHaveBeenCalled();
  });

  it('is monotonic, and knows the time of day', () => {
    const before = systemClock.now();
    vi.advanceTimersByTime(10);
    expect(systemClock.now()).toBeGreaterThanOrEqual(before + 10);
    expect(Math.abs(systemClock.date().getTime() - Date.now())).toBeLessThan(1_000);
  });
});

describe('systemClock on real time', () => {
  it('keeps the process alive for a timer, not for a background timer', async () => {
    const { execFileSync } = await import('node:child_process');
    const code = `
      const { systemClock } = await import(${JSON.stringify(new URL('../../dist/backend-api.js', import.meta.url).href)});
      systemClock.backgroundTimer(1_000_000, () => console.log('background'));
      systemClock.timer(20, () => console.log('foreground'));
    `;
    const said = execFileSync(process.execPath, ['--input-type=module', '-e', code], {
      encoding: 'utf8',
      timeout: 60_000,
    });
    expect(said).toBe('foreground\n');
  });
});
