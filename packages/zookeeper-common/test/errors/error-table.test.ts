import {
  BackendError,
  BadVersionError,
  NoConnectionError,
  NodeExistsError,
  NoNodeError,
  NotAuthorizedError,
  NotEmptyError,
  ServiceRegistryError,
  TamperedNodeError,
  TimeoutError,
} from '@ndsr/core/backend';
import { expect, test } from 'vitest';
import { errorNumbers, TamperedError, ZooKeeperError } from '../../src/client/zookeeper-error.js';
import { isErrorNumber, translateError } from '../../src/errors/error-table.js';

test.each([
  [-4, NoConnectionError],
  [-112, NoConnectionError],
  [-118, NoConnectionError],
  [-7, TimeoutError],
  [-101, NoNodeError],
  [-102, NotAuthorizedError],
  [-103, BadVersionError],
  [-110, NodeExistsError],
  [-111, NotEmptyError],
  [-108, BackendError],
  [-114, BackendError],
  [-8, BackendError],
  [-125, BackendError],
  [-9999, BackendError],
])('number %i is a %o about the path, with its cause', (number, expected) => {
  const cause = new ZooKeeperError(number);
  const error = translateError(cause, '/a');
  expect(error).toBeInstanceOf(expected);
  expect(error.path).toBe('/a');
  expect(error.cause).toBe(cause);
  expect(error.message).not.toBe('');
});

test('a tampered node keeps its message, and gets the path', () => {
  const error = translateError(new TamperedError('its ACL was changed; it was removed'), '/a');
  expect(error).toBeInstanceOf(TamperedNodeError);
  expect(error.path).toBe('/a');
  expect(error.message).toBe('/a was tampered with before it had its ACL: its ACL was changed; it was removed');
});

test('every number that has a name is known to some error', () => {
  for (const number of Object.values(errorNumbers)) {
    expect(translateError(new ZooKeeperError(number), '/a')).toBeInstanceOf(ServiceRegistryError);
  }
});

test.each([new Error('other'), 'text', undefined, null])(
  'what is no ZooKeeper error is one of the family: %s',
  (thrown) => {
    const error = translateError(thrown, '/a');
    expect(error).toBeInstanceOf(BackendError);
    expect(error.path).toBe('/a');
  },
);

test('an error of the family stays what it is', () => {
  const error = new NoNodeError('/b');
  expect(translateError(error, '/a')).toBe(error);
});

test('isErrorNumber goes by the number alone', () => {
  expect(isErrorNumber(new ZooKeeperError(-101, 'whatever'), -101)).toBe(true);
  expect(isErrorNumber(new ZooKeeperError(-102), -101)).toBe(false);
  expect(isErrorNumber(Object.assign(new Error('-101'), { number: -101 }), -101)).toBe(false);
});
