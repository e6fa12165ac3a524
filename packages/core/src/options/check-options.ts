import { InvalidArgumentError } from '../errors/argument-errors.js';
import { kindOf } from '../errors/kind-of.js';
import { unknownName } from './nearest.js';

/** The values that an option accepts: a check, and their description for messages. */
export interface Expectation {
  readonly expected: string;
  /** Returns true if `value`, which is not undefined, is accepted. */
  accepts(value: unknown): boolean;
  /** Describes a refused value. Default: `kindOf`, which never quotes text, since it may be a secret. */
  describe?(value: unknown): string;
  /** Suggests the intended value for a refused one. */
  hint?(value: unknown): string | undefined;
}

/** One expectation for each known option. */
export type OptionsShape = Readonly<Record<string, Expectation>>;

/**
 * Checks `options` against `shape`; an undefined option counts as omitted.
 *
 * @param label the owner of the options, for the message: `get`, `new ZooKeeperJsServiceRegistry`
 * @throws {InvalidArgumentError} for an unknown option, naming the nearest known one, or for a value that is not
 * accepted
 */
export function checkOptions(label: string, options: unknown, shape: OptionsShape): void {
  if (options === undefined) return;
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new InvalidArgumentError(`${label}: expected an options object, got ${kindOf(options)}`);
  }
  for (const name of Object.keys(options)) {
    const value = (options as Record<string, unknown>)[name];
    const expectation = Object.hasOwn(shape, name) ? shape[name] : undefined;
    if (expectation === undefined) throw new InvalidArgumentError(unknownOption(label, name, Object.keys(shape)));
    if (value !== undefined && !expectation.accepts(value))
      throw refusal(`${label}: option '${name}'`, expectation, value);
  }
}

function refusal(label: string, expectation: Expectation, value: unknown): InvalidArgumentError {
  const { expected, describe = kindOf, hint } = expectation;
  const suggestion = hint?.(value);
  return new InvalidArgumentError(
    `${label} is ${describe(value)}; expected ${expected}${suggestion === undefined ? '' : `. ${suggestion}`}`,
  );
}

export function unknownOption(label: string, name: string, known: readonly string[]): string {
  return `${label}: ${unknownName('option', name, known)}`;
}

const maxQuotedLength = 40;

/** For options that never contain a secret. */
function quoted(value: unknown): string {
  return typeof value === 'string' && value.length <= maxQuotedLength ? `'${value}'` : kindOf(value);
}

export const boolean: Expectation = {
  expected: 'true or false',
  accepts: (value) => typeof value === 'boolean',
  describe: quoted,
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
  describe: quoted,
};

export const positiveMs: Expectation = {
  expected: 'a finite number of milliseconds, more than 0',
  accepts: (value) => typeof value === 'number' && Number.isFinite(value) && value > 0,
  describe: quoted,
};

export const finiteMs: Expectation = {
  expected: 'a finite number of milliseconds, 0 or more',
  accepts: (value) => typeof value === 'number' && Number.isFinite(value) && value >= 0,
  describe: quoted,
};

export const count: Expectation = {
  expected: 'a whole number, 0 or more',
  accepts: (value) => Number.isSafeInteger(value) && (value as number) >= 0,
  describe: quoted,
};

export const string: Expectation = {
  expected: 'a string',
  accepts: (value) => typeof value === 'string',
};

/** A password. Messages show only the type of a wrong value: `password: 1234` may be the real one. */
export const secret: Expectation = {
  ...string,
  describe: (value) => (typeof value === 'number' ? 'a number' : kindOf(value)),
};

const maxNameBytes = 1_024;

/**
 * The name of a client among those that wait for the same lock or election. Servers close the connection if a request
 * is too large.
 */
export const contenderNameValue: Expectation = {
  expected: 'a string of at most 1,024 bytes in UTF-8',
  accepts: (value) => typeof value === 'string' && Buffer.byteLength(value) <= maxNameBytes,
};

export const anything: Expectation = { expected: 'anything', accepts: () => true };

export function oneOf(...values: readonly string[]): Expectation {
  return {
    expected: values.map((value) => `'${value}'`).join(' or '),
    accepts: (value) => typeof value === 'string' && values.includes(value),
    describe: quoted,
  };
}

/** An object that has these methods. */
export function objectWith(...methods: readonly string[]): Expectation {
  const missing = (value: object): string[] =>
    methods.filter((method) => typeof (value as Record<string, unknown>)[method] !== 'function');
  return {
    expected: `an object with the methods ${methods.join(', ')}`,
    accepts: (value) => typeof value === 'object' && value !== null && missing(value).length === 0,
    describe: (value) =>
      typeof value === 'object' && value !== null
        ? `${kindOf(value)} without the method ${missing(value).join(', ')}`
        : kindOf(value),
  };
}
