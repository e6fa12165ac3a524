import { InvalidArgumentError, openRegistry } from '@ndsr/core';
import { expect, test } from 'vitest';
import { backend, ZooKeeperJsServiceRegistry } from '../src/index.js';

test('maxReplyBytes is a whole number from 1 MiB to 2 GiB', () => {
  const open = (maxReplyBytes: unknown) => () =>
    new ZooKeeperJsServiceRegistry({ servers: 'zk1:2181', maxReplyBytes: maxReplyBytes as number });
  for (const value of [1_048_576, 67_108_864, 2_147_483_647, undefined]) expect(open(value)).not.toThrow();
  for (const value of [0, -1, 1_048_575, 2_147_483_648, 2e6 + 0.5, Number.NaN, Number.POSITIVE_INFINITY, '2000000']) {
    expect(open(value)).toThrow(InvalidArgumentError);
    expect(open(value)).toThrow(
      /option 'maxReplyBytes' is .*expected a whole number of bytes from 1048576 to 2147483647/,
    );
  }
});

test('a URL may say it, as a number', async () => {
  expect(backend.urlOptions).toMatchObject({ maxReplyBytes: 'number' });
  const url = 'zookeeper-js://127.0.0.1:1?lazy=true&timeoutMs=200';
  await expect(openRegistry(`${url}&maxReplyBytes=much`)).rejects.toThrow(/maxReplyBytes/);
  await expect(openRegistry(`${url}&maxReplyBytes=1000`)).rejects.toThrow(InvalidArgumentError);
  await using registry = await openRegistry(`${url}&maxReplyBytes=2000000`);
  expect(registry).toBeInstanceOf(ZooKeeperJsServiceRegistry);
});
