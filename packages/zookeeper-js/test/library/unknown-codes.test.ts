import { errorNumber } from '@ndsr/test-support';
import { opCodes } from '@ndsr/zookeeper-common';
import { FakeServer, reply } from '@ndsr/zookeeper-testing/fake';
import zookeeper from 'node-zookeeper-client';
import { expect, test } from 'vitest';
import { acceptUnknownCodes, type ExceptionModule } from '../../src/library/unknown-codes.js';
import { connected } from '../support/recorder.js';

const bare = zookeeper.Exception as unknown as ExceptionModule;

test('the bare library throws on an error number that it does not know', () => {
  expect(() => bare.create(-125)).toThrow('Unknown code');
});

test('a number without a name makes an error like any other', () => {
  const exception: ExceptionModule = { create: bare.create };
  acceptUnknownCodes(exception);
  expect(exception.create(-125, '/a')).toMatchObject({ code: -125, path: '/a', message: 'ZooKeeper error -125' });
  expect(exception.create(-101)).toMatchObject({ code: -101, name: 'NO_NODE' });
});

test('is done once', () => {
  const exception: ExceptionModule = { create: bare.create };
  acceptUnknownCodes(exception);
  const { create } = exception;
  acceptUnknownCodes(exception);
  expect(exception.create).toBe(create);
});

test.each([-118, -119, -121, -122, -123, -124, -125, -127, -999, 42])(
  'an operation rejects with %i',
  async (number) => {
    await using fake = await FakeServer.start({
      answer: ({ xid, type }) => (type === opCodes.ping ? undefined : reply(xid, number)),
    });
    const { client, recorder } = await connected([fake]);
    expect(await errorNumber(client.getData({ path: '/a', watch: false }))).toBe(number);
    expect(await errorNumber(client.exists({ path: '/a', watch: false }))).toBe(number);
    expect(await errorNumber(client.setData('/a', Buffer.alloc(1), -1))).toBe(number);
    expect(recorder.types).toEqual(['connected']);
  },
);
