import { describe, expect, it } from 'vitest';
import { InvalidArgumentError } from '../../src/errors/argument-errors.js';
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

  it('uses given values, treats undefined as omitted, and derives the time limit of requests', () => {
    const settings = settingsFrom('Test', { timeoutMs: 300, lazy: true, offline: undefined, readOnly: true }, []);
    expect(settings).toMatchObject({
      timeoutMs: 300,
      requestTimeoutMs: 600,
      lazy: true,
      offline: 'throw',
      readOnly: true,
    });
  });

  it.each([
    [
      { timeoutMs: 5 },
      "'timeoutMs' is 5; expected milliseconds from 100 to 2147483647. If it was meant in seconds, write 5000",
    ],
    [
      { requestTimeoutMs: 30 },
      "'requestTimeoutMs' is 30; expected milliseconds from 100 to 2147483647. If it was meant in seconds, write 30000",
    ],
    [{ timeoutMs: -1 }, "'timeoutMs' is -1; expected milliseconds from 100 to 2147483647"],
    [{ timeoutMs: '5s' }, "'timeoutMs' is '5s'; expected milliseconds from 100 to 2147483647"],
    [{ timeoutMs: 2 ** 31 }, "'timeoutMs' is 2147483648; expected milliseconds from 100 to 2147483647"],
    [{ password: 5 }, "'password' is a number; expected a string"],
    [{ username: true }, "'username' is true; expected a string"],
    [
      { logger: {} },
      "'logger' is an object without the method debug, info, warn, error; expected an object with the methods debug, info, warn, error",
    ],
  ])('refuses %o', (options, message) => {
    expect(() => settingsFrom('Test', options as object, [])).toThrow(
      new InvalidArgumentError(`new Test: option ${message}`),
    );
  });

  it('names the options of the backend when there are none at all', () => {
    expect(() => settingsFrom('Test', undefined as never, ['servers', 'tls'])).toThrow(
      new InvalidArgumentError(
        "new Test: expected an options object, got undefined; its own options are 'servers', 'tls'",
      ),
    );
  });

  it('accepts the options of a backend, and no others', () => {
    const options = { servers: 'zk1', server: 'zk1' } as object;
    expect(() => settingsFrom('Test', options, ['servers', 'server'])).not.toThrow();
    expect(() => settingsFrom('Test', options, ['servers'])).toThrow(
      "new Test: unknown option 'server'; did you mean 'servers'?",
    );
  });
});
