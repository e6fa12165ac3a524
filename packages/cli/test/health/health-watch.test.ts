import { systemClock } from '@ndsr/core/backend';
import { describe, expect, it } from 'vitest';
import { watchHealth } from '../../src/health/health-watch.js';
import { runCheck } from '../../src/health/run-check.js';

const clock = systemClock;

describe('the health watch', () => {
  it('never has two checks at once, and ends with its signal', async () => {
    const over = new AbortController();
    let [running, most, checks] = [0, 0, 0];
    await watchHealth({
      ...{ rise: 1, fall: 1, everyMs: 1, clock, signal: over.signal },
      async check() {
        running += 1;
        most = Math.max(most, running);
        await new Promise((resolve) => setTimeout(resolve, 5));
        running -= 1;
        checks += 1;
        if (checks === 5) over.abort();
        return true;
      },
      change: async () => undefined,
    });
    expect([most, checks]).toEqual([1, 5]);
  });

  it('reports no change after its signal', async () => {
    const over = new AbortController();
    const changes: boolean[] = [];
    await watchHealth({
      ...{ rise: 1, fall: 1, everyMs: 1, clock, signal: over.signal },
      async check() {
        over.abort();
        return true;
      },
      change: async (up) => void changes.push(up),
    });
    expect(changes).toEqual([]);
  });
});

describe('a check', () => {
  const { signal } = new AbortController();

  it.each([
    ['exit 0', true],
    ['exit 1', false],
    ['no-such-command-at-all', false],
    ['kill -9 $$', false],
  ])('%s: %s', async (command, passes) => {
    expect(await runCheck({ command, timeoutMs: 20_000, clock, signal })).toBe(passes);
  });

  it('that takes too long fails, and leaves no process running', async () => {
    // Its process would run longer than the test.
    expect(await runCheck({ command: 'sleep 1000 & sleep 1000', timeoutMs: 100, clock, signal })).toBe(false);
  });
});
