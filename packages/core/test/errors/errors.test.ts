import { beforeAll, describe, expect, it } from 'vitest';
import { toRegistryError } from '../../src/errors/background-errors.js';
import type { ErrorCode } from '../../src/errors/service-registry-error.js';
import {
  BackendError,
  BadVersionError,
  CallbackError,
  DataTooLargeError,
  InvalidArgumentError,
  InvalidPathError,
  NoConnectionError,
  NodeExistsError,
  NoNodeError,
  NotAuthorizedError,
  NotEmptyError,
  NotOwnerError,
  ReadOnlyError,
  RequestRefusedError,
  ServiceRegistryError,
  StoppedError,
  TamperedNodeError,
  TimeoutError,
  TlsError,
  UnsupportedError,
} from '../../src/index.js';

interface Family {
  readonly ServiceRegistryError: typeof ServiceRegistryError;
  readonly NoConnectionError: typeof NoConnectionError;
  readonly InvalidArgumentError: typeof InvalidArgumentError;
}

const classes = {
  BackendError,
  BadVersionError,
  CallbackError,
  DataTooLargeError,
  InvalidArgumentError,
  InvalidPathError,
  NodeExistsError,
  NoConnectionError,
  NoNodeError,
  NotAuthorizedError,
  NotEmptyError,
  NotOwnerError,
  ReadOnlyError,
  RequestRefusedError,
  StoppedError,
  TamperedNodeError,
  TimeoutError,
  TlsError,
  UnsupportedError,
};

type Name = keyof typeof classes;

const cause = new Error('beneath');

const examples: [ErrorCode, Name, Error & Pick<ServiceRegistryError, 'code' | 'path'>, string | undefined][] = [
  ['ERR_NDSR_BACKEND', 'BackendError', new BackendError('odd', { path: '/a' }), '/a'],
  ['ERR_NDSR_BAD_VERSION', 'BadVersionError', new BadVersionError('/a', { cause }), '/a'],
  ['ERR_NDSR_CALLBACK', 'CallbackError', new CallbackError('threw', { path: '/a', cause }), '/a'],
  ['ERR_NDSR_DATA_TOO_LARGE', 'DataTooLargeError', new DataTooLargeError('/a', 2, 1), '/a'],
  ['ERR_NDSR_INVALID_ARGUMENT', 'InvalidArgumentError', new InvalidArgumentError('no'), undefined],
  ['ERR_NDSR_INVALID_PATH', 'InvalidPathError', new InvalidPathError('a', 'no'), 'a'],
  ['ERR_NDSR_NODE_EXISTS', 'NodeExistsError', new NodeExistsError('/a'), '/a'],
  ['ERR_NDSR_NO_CONNECTION', 'NoConnectionError', new NoConnectionError(), undefined],
  ['ERR_NDSR_NO_NODE', 'NoNodeError', new NoNodeError('/a'), '/a'],
  ['ERR_NDSR_NOT_AUTHORIZED', 'NotAuthorizedError', new NotAuthorizedError('/a'), '/a'],
  ['ERR_NDSR_NOT_EMPTY', 'NotEmptyError', new NotEmptyError('/a'), '/a'],
  ['ERR_NDSR_NOT_OWNER', 'NotOwnerError', new NotOwnerError('/a', 'no'), '/a'],
  ['ERR_NDSR_READ_ONLY', 'ReadOnlyError', new ReadOnlyError('/a'), '/a'],
  ['ERR_NDSR_REQUEST_REFUSED', 'RequestRefusedError', new RequestRefusedError('/a', 1, 'twice'), '/a'],
  ['ERR_NDSR_STOPPED', 'StoppedError', new StoppedError(), undefined],
  ['ERR_NDSR_TAMPERED_NODE', 'TamperedNodeError', new TamperedNodeError('/a', 'its data', { cause }), '/a'],
  ['ERR_NDSR_TIMEOUT', 'TimeoutError', new TimeoutError('late', { path: '/a' }), '/a'],
  ['ERR_NDSR_TLS', 'TlsError', new TlsError('zk1:2281: expired', { cause }), undefined],
  ['ERR_NDSR_UNSUPPORTED', 'UnsupportedError', new UnsupportedError('no'), undefined],
];

describe('errors', () => {
  it.each(examples)('%s is a %s of the family, with its path', (code, name, error, path) => {
    expect(error).toBeInstanceOf(Error);
    expect(error).toBeInstanceOf(ServiceRegistryError);
    expect(error).toBeInstanceOf(classes[name]);
    expect({ code: error.code, name: error.name, path: error.path }).toEqual({ code, name, path });
    expect(String(error)).toBe(`${name}: ${error.message}`);
    expect(error.stack).toContain(error.message);
  });

  it.each(examples)('%s is not an error of another class', (code, _, error) => {
    for (const [otherCode, otherName] of examples) {
      const Other = classes[otherName];
      expect(error instanceof Other, otherName).toBe(otherCode === code);
    }
  });

  it.each(examples.filter(([code]) => code.startsWith('ERR_NDSR_INVALID')))('%s is a TypeError too', (_, __, error) => {
    expect(error).toBeInstanceOf(TypeError);
  });

  it('keeps the cause if there is one, and has no such property otherwise', () => {
    expect(new BackendError('x', { cause }).cause).toBe(cause);
    expect(new InvalidArgumentError('x', { cause }).cause).toBe(cause);
    expect('cause' in new BackendError('x')).toBe(false);
    expect('cause' in new InvalidArgumentError('x')).toBe(false);
  });

  it.each<unknown>([undefined, null, 'text', 1, {}, new Error('x'), { code: 'ERR_NDSR_TIMEOUT' }, new TypeError('x')])(
    '%o is not of the family',
    (value) => {
      expect(value instanceof ServiceRegistryError).toBe(false);
      expect(value instanceof TimeoutError).toBe(false);
      expect(value instanceof InvalidArgumentError).toBe(false);
      expect(value instanceof InvalidPathError).toBe(false);
    },
  );
});

describe('two installed copies', () => {
  let copy: Family;

  beforeAll(async () => {
    const url = new URL('../../dist/index.js', import.meta.url).href;
    copy = await import(/* @vite-ignore */ url);
  });

  it('recognise each other’s errors', () => {
    expect(copy.NoConnectionError).not.toBe(NoConnectionError);
    const theirs = new copy.NoConnectionError();
    expect(theirs).toBeInstanceOf(ServiceRegistryError);
    expect(theirs).toBeInstanceOf(NoConnectionError);
    expect(theirs).not.toBeInstanceOf(TimeoutError);
    expect(new NoConnectionError()).toBeInstanceOf(copy.NoConnectionError);
    expect(new copy.InvalidArgumentError('x')).toBeInstanceOf(InvalidArgumentError);
    expect(new copy.InvalidArgumentError('x')).toBeInstanceOf(ServiceRegistryError);
    expect(new InvalidPathError('x', 'no')).toBeInstanceOf(copy.ServiceRegistryError);
  });

  it('do not wrap each other’s errors', () => {
    const theirs = new copy.NoConnectionError();
    expect(toRegistryError(theirs)).toBe(theirs);
  });
});

describe('toRegistryError', () => {
  it('returns an error of the family unchanged', () => {
    const error = new NoNodeError('/a');
    expect(toRegistryError(error, { path: '/b' })).toBe(error);
  });

  it.each<[unknown, string]>([
    [new Error('odd'), 'odd'],
    ['odd', 'odd'],
    [undefined, 'undefined'],
    [null, 'null'],
    [Symbol('odd'), 'Symbol(odd)'],
  ])('wraps %o and keeps it as the cause', (thrown, message) => {
    const error = toRegistryError(thrown, { path: '/a' });
    expect(error).toBeInstanceOf(BackendError);
    expect({ message: error.message, path: error.path }).toEqual({ message, path: '/a' });
    expect(error.cause).toBe(thrown);
  });
});
