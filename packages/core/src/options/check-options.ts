import { InvalidArgumentError } from '../errors/argument-errors.js';
import { nearest } from './nearest.js';

/** What an option must be: a test, and the words for it. */
export interface Expectation {
  readonly expected: string;
  /** Whether that value, which is not undefined, will do. */
  accepts(value: unknown): boolean;
}

/** One expectation for each option there is. */
export type OptionsShape = Readonly<Record<string, Expectation>>;

/**
 * Checks `options` against `shape`; undefined counts as left out.
 *
 * @param label what takes the options, for the message: `get`, `new ZooKeeperJsServiceRegistry`
 * @throws {InvalidArgumentError} naming an unknown option and the nearest known one, or a value that does not fit
 */
export function checkOptions(label: string, options: unknown, shape: OptionsShape): void {
  if (options === undefined) return;
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new InvalidArgumentError(`${label}: expected an options object, got ${show(options)}`);
  }
  for (const name of Object.keys(options)) {
    const value = (options as Record<string, unknown>)[name];
    const expectation = Object.hasOwn(shape, name) ? shape[name] : undefined;
    if (expectation === undefined) throw new InvalidArgumentError(unknownOption(label, name, Object.keys(shape)));
    if (value !== undefined && !expectation.accepts(value)) {
      throw new InvalidArgumentError(`${label}: option '${name}' is ${show(value)}; expected ${expectation.expected}`);
    }
  }
}

export function unknownOption(label: string, name: string, known: readonly string[]): string {
  const suggestion = nearest(name, known);
  const hint = suggestion === undefined ? `known are ${known.join(', ')}` : `did you mean '${suggestion}'?`;
  return `${label}: unknown option '${name}'; ${hint}`;
}

/** Scalars as they are, the rest by kind only: an option may carry a secret. */
function show(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) return String(value);
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'object') return 'an object';
  return typeof value === 'string' ? 'a string' : `a ${typeof value}`;
}

export const boolean: Expectation = {
  expected: 'true or false',
  accepts: (value) => typeof value === 'boolean',
};

export const aFunction: Expectation = {
  expected: 'a function',
  accepts: (value) => typeof value === 'function',
};

export const abortSignal: Expectation = {
  expected: 'an AbortSignal',
  accepts: (value) => value instanceof AbortSignal,
};

export const durationMs: Expectation = {
  expected: 'a number of milliseconds, 0 or more',
  accepts: (value) => typeof value === 'number' && value >= 0,
};

export const positiveMs: Expectation = {
  expected: 'a finite number of milliseconds, more than 0',
  accepts: (value) => typeof value === 'number' && Number.isFinite(value) && value > 0,
};

export const finiteMs: Expectation = {
  expected: 'a finite number of milliseconds, 0 or more',
  accepts: (value) => typeof value === 'number' && Number.isFinite(value) && value >= 0,
};

export const count: Expectation = {
  expected: 'a whole number, 0 or more',
  accepts: (value) => Number.isSafeInteger(value) && (value as number) >= 0,
};

export const string: Expectation = {
  expected: 'a string',
  accepts: (value) => typeof value === 'string',
};

const maxNameBytes = 1_024;

/** Who a process is to others that wait for the same. Servers close the connection on a request that is too large for them. */
export const contenderName: Expectation = {
  expected: 'a string of at most 1,024 bytes in UTF-8',
  accepts: (value) => typeof value === 'string' && Buffer.byteLength(value) <= maxNameBytes,
};

export const anything: Expectation = { expected: 'anything', accepts: () => true };

export function oneOf(...values: readonly string[]): Expectation {
  return {
    expected: values.map((value) => `'${value}'`).join(' or '),
    accepts: (value) => typeof value === 'string' && values.includes(value),
  };
}

/** An object with functions of those names. */
export function objectWith(...methods: readonly string[]): Expectation {
  return {
    expected: `an object with the methods ${methods.join(', ')}`,
    accepts: (value) =>
      typeof value === 'object' &&
      value !== null &&
      methods.every((method) => typeof (value as Record<string, unknown>)[method] === 'function'),
  };
}
