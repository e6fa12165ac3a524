import { InvalidArgumentError } from '@ndsr/core';
import { expect, test } from 'vitest';
import { ZooKeeperServiceRegistry } from '../../src/index.js';

const open = (sasl: unknown) => () => new ZooKeeperServiceRegistry({ servers: 'zk1:2181', sasl: sasl as never });

test('the option sasl is a username and a password, or a hook', () => {
  const digest = { mechanism: 'DIGEST-MD5', username: 'a', password: 'b' };
  for (const sasl of [undefined, digest, { mechanism: 'GSSAPI', step: () => null }]) expect(open(sasl)).not.toThrow();
});

test.each([
  [null],
  [true],
  ['ann:s3cret'],
  [{}],
  [{ mechanism: 'GSSAPI' }],
  [{ mechanism: 'GSSAPI', step: 's3cret' }],
  [{ mechanism: 1, step: () => null }],
  [{ mechanism: 'DIGEST-MD5', username: '', password: 's3cret' }],
  [{ mechanism: 'DIGEST-MD5', username: 'ann' }],
])('%j is refused, without showing it', (sasl) => {
  expect(open(sasl)).toThrow(InvalidArgumentError);
  expect(open(sasl)).toThrow(/option 'sasl'/);
  expect(open(sasl)).not.toThrow(/s3cret/);
});
