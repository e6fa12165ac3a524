import { describe, expect, it } from 'vitest';
import { defaultLogger } from '../../src/log/logger.js';
import { settingsFrom } from '../../src/options/registry-options.js';
import { systemClock } from '../../src/time/clock.js';

describe('settingsFrom', () => {
  it('fills in every default', () => {
    expect(settingsFrom('Test', {}, [])).toEqual({
      timeoutMs: 5_000,
      requestTimeoutMs: 10_000,
      lazy: false,
      offline: 'throw',
      readOnly: false,
      keepAlive: undefined,
      restorePerSecond: 1_000,
      restoreJitterMs: 1_000,
      safetyRereadMs: 300_000,
      guardEmpty: undefined,
      cacheFile: undefined,
      rateLimit: undefined,
      credentials: undefined,
      logger: defaultLogger,
      clock: systemClock,
      random: Math.random,
    });
  });

  it('takes what is given, undefined for left out, and derives the time limit of requests', () => {
    const settings = settingsFrom('Test', { timeoutMs: 300, lazy: true, offline: undefined, readOnly: true }, []);
    expect(settings).toMatchObject({
      timeoutMs: 300,
      requestTimeoutMs: 600,
      lazy: true,
      offline: 'throw',
      readOnly: true,
    });
  });

  it('lets the options of a backend pass, and no others', () => {
    const options = { servers: 'zk1', server: 'zk1' } as object;
    expect(() => settingsFrom('Test', options, ['servers', 'server'])).not.toThrow();
    expect(() => settingsFrom('Test', options, ['servers'])).toThrow(
      "new Test: unknown option 'server'; did you mean 'servers'?",
    );
  });
});
