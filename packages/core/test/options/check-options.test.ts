import { describe, expect, it } from 'vitest';
import { InvalidArgumentError } from '../../src/errors/argument-errors.js';
import {
  abortSignal,
  aFunction,
  anything,
  boolean,
  checkOptions,
  count,
  durationMs,
  objectWith,
  oneOf,
  positiveMs,
} from '../../src/options/check-options.js';

const shape = {
  flag: boolean,
  callback: aFunction,
  signal: abortSignal,
  waitMs: durationMs,
  timeoutMs: positiveMs,
  minChildren: count,
  children: oneOf('data', 'names'),
  logger: objectWith('warn', 'error'),
  free: anything,
};

function refusal(options: unknown): string {
  try {
    checkOptions('get', options, shape);
  } catch (error) {
    if (error instanceof InvalidArgumentError) return error.message;
    throw error;
  }
  throw new Error('it was accepted');
}

describe('checkOptions', () => {
  it.each<unknown>([
    undefined,
    {},
    { flag: undefined, waitMs: undefined },
    { flag: true, callback: () => 1, signal: AbortSignal.abort(), waitMs: 0, timeoutMs: 0.5, minChildren: 0 },
    { waitMs: Number.POSITIVE_INFINITY, children: 'names', logger: console, free: Symbol('x') },
    Object.assign(Object.create(null), { flag: false }),
  ])('accepts %o', (options) => {
    expect(() => checkOptions('get', options, shape)).not.toThrow();
  });

  it.each<[unknown, string]>([
    [null, 'get: expected an options object, got null'],
    [5, 'get: expected an options object, got 5'],
    ['lazy', 'get: expected an options object, got a string'],
    [[], 'get: expected an options object, got an array'],
    [() => 1, 'get: expected an options object, got a function'],
    [{ flag: 'yes' }, "get: option 'flag' is 'yes'; expected true or false"],
    [{ flag: null }, "get: option 'flag' is null; expected true or false"],
    [{ flag: undefined, callback: Symbol('x') }, "get: option 'callback' is a symbol; expected a function"],
    [{ callback: 'a password' }, "get: option 'callback' is a string; expected a function"],
    [{ children: 'x'.repeat(41) }, "get: option 'children' is a string; expected 'data' or 'names'"],
    [
      { logger: {} },
      "get: option 'logger' is an object without the method warn, error; expected an object with the methods warn, error",
    ],
    [{ callback: {} }, "get: option 'callback' is an object; expected a function"],
    [{ signal: new AbortController() }, "get: option 'signal' is an object; expected an AbortSignal"],
    [{ waitMs: -1 }, "get: option 'waitMs' is -1; expected a number of milliseconds, 0 or more"],
    [{ waitMs: Number.NaN }, "get: option 'waitMs' is NaN; expected a number of milliseconds, 0 or more"],
    [{ waitMs: '5' }, "get: option 'waitMs' is '5'; expected a number of milliseconds, 0 or more"],
    [{ timeoutMs: 0 }, "get: option 'timeoutMs' is 0; expected a finite number of milliseconds, more than 0"],
    [
      { timeoutMs: Number.POSITIVE_INFINITY },
      "get: option 'timeoutMs' is Infinity; expected a finite number of milliseconds, more than 0",
    ],
    [{ minChildren: 1.5 }, "get: option 'minChildren' is 1.5; expected a whole number, 0 or more"],
    [{ minChildren: [] }, "get: option 'minChildren' is an array; expected a whole number, 0 or more"],
    [{ children: 'all' }, "get: option 'children' is 'all'; expected 'data' or 'names'"],
    [{ children: 1 }, "get: option 'children' is 1; expected 'data' or 'names'"],
    [
      { logger: { warn: () => 1 } },
      "get: option 'logger' is an object without the method error; expected an object with the methods warn, error",
    ],
    [{ logger: null }, "get: option 'logger' is null; expected an object with the methods warn, error"],
    [{ Flag: true }, "get: unknown option 'Flag'; did you mean 'flag'?"],
    [{ waitms: 1 }, "get: unknown option 'waitms'; did you mean 'waitMs'?"],
    [{ zookeeper: undefined }, `get: unknown option 'zookeeper'; known are ${Object.keys(shape).join(', ')}`],
    [JSON.parse('{"__proto__":1}'), `get: unknown option '__proto__'; known are ${Object.keys(shape).join(', ')}`],
  ])('refuses %o', (options, message) => {
    expect(refusal(options)).toBe(message);
  });

  it('does not accept inherited properties of objects as options', () => {
    for (const name of ['constructor', 'toString', 'hasOwnProperty']) {
      expect(refusal({ [name]: true })).toContain(`unknown option '${name}'`);
    }
  });

  it('quotes text only if an option cannot be a secret, and never an object', () => {
    expect(refusal({ signal: 's3cret' })).not.toContain('s3cret');
    expect(refusal({ logger: 's3cret' })).not.toContain('s3cret');
    expect(refusal({ callback: { password: 's3cret' } })).not.toContain('s3cret');
  });
});
