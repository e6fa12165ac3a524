import { InvalidArgumentError, openRegistry } from '@ndsr/core';
import { expect, test } from 'vitest';
import { backend, ZooKeeperJsServiceRegistry } from '../src/index.js';

test('recursiveWatches is a boolean, in options and in a URL', () => {
  const open = (recursiveWatches: unknown) => () =>
    new ZooKeeperJsServiceRegistry({ servers: 'zk1:2181', recursiveWatches: recursiveWatches as boolean });
  for (const value of [true, false, undefined]) expect(open(value)).not.toThrow();
  for (const value of ['yes', 1, null]) {
    expect(open(value)).toThrow(InvalidArgumentError);
    expect(open(value)).toThrow(/option 'recursiveWatches' is .*expected true or false/);
  }
  expect(backend.urlOptions).toMatchObject({ recursiveWatches: 'boolean' });
});

test('a URL with another value is rejected by name', async () => {
  await expect(openRegistry('zookeeper-js://127.0.0.1:1?recursiveWatches=often')).rejects.toThrow(/recursiveWatches/);
});
