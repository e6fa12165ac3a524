import { Socket } from 'node:net';
import { JuteReader, MalformedFrameError, ZooKeeperError } from '@ndsr/zookeeper-common';
import { expect, test, vi } from 'vitest';
import { Call } from '../../src/connection/call.js';
import { Outbox } from '../../src/connection/outbox.js';
import { Pipeline } from '../../src/connection/pipeline.js';
import { operations } from '../../src/wire/operations.js';

const nothing = new JuteReader(Buffer.alloc(0));

function pipeline(lastXid?: number) {
  const onRefused = vi.fn();
  const outbox = new Outbox(new Socket());
  const send = vi.spyOn(outbox, 'send').mockImplementation(() => undefined);
  const subject = new Pipeline(outbox, onRefused, lastXid);
  const log: string[] = [];
  const call = (name: string) =>
    subject.send(
      operations.remove,
      { path: '/a', version: 0 },
      new Call(
        operations.remove,
        () => log.push(`${name} resolved`),
        (error) => log.push(`${name} ${error instanceof ZooKeeperError ? error.number : error.message}`),
      ),
    );
  const answer = (xid: number, errorNumber = 0) => subject.answer({ xid, zxid: 1n, errorNumber }, nothing);
  return { subject, call, answer, log, onRefused, xids: () => send.mock.calls.map(([xid]) => xid) };
}

test('requests are numbered, and answered in their order', () => {
  const { call, answer, log, xids } = pipeline();
  for (const name of ['a', 'b', 'c']) call(name);
  answer(1);
  answer(2, -101);
  answer(3, -9999);
  expect(xids()).toEqual([1, 2, 3]);
  expect(log).toEqual(['a resolved', 'b -101', 'c -9999']);
});

test.each([
  ['the answer to a later request', 2],
  ['an answer to an earlier one', 0],
  ['an answer with a reserved number', -3],
  ['an answer to a ping that was not sent', -2],
  ['an answer to credentials that were not sent', -4],
])('%s is malformed', (_, xid) => {
  const { call, answer, log } = pipeline();
  call('a');
  call('b');
  expect(() => answer(xid)).toThrow(MalformedFrameError);
  expect(log).toEqual([]);
});

test('an answer without a request is malformed', () => {
  const { call, answer } = pipeline();
  expect(() => answer(1)).toThrow(MalformedFrameError);
  call('a');
  answer(1);
  expect(() => answer(1)).toThrow(MalformedFrameError);
});

test('pings and credentials are answered outside the sequence, as often as they were sent', () => {
  const { subject, call, answer, log, onRefused } = pipeline();
  call('a');
  subject.ping();
  subject.authenticate(Buffer.from('me:secret'));
  answer(-4);
  answer(-2);
  answer(1);
  expect(log).toEqual(['a resolved']);
  expect(() => answer(-2)).toThrow(MalformedFrameError);
  expect(() => answer(-4)).toThrow(MalformedFrameError);
  expect(onRefused).not.toHaveBeenCalled();
  subject.authenticate(Buffer.from('me:secret'));
  answer(-4, -115);
  expect(onRefused).toHaveBeenCalledOnce();
});

test('an answer that cannot be read leaves its request in flight', () => {
  const { subject, log } = pipeline();
  const call = new Call(
    operations.exists,
    () => log.push('resolved'),
    () => log.push('rejected'),
  );
  subject.send(operations.exists, { path: '/a', watch: false }, call);
  expect(() => subject.answer({ xid: 1, zxid: 1n, errorNumber: 0 }, nothing)).toThrow(MalformedFrameError);
  expect(log).toEqual([]);
  subject.abandon();
  expect(log).toEqual(['rejected']);
});

test('everything in flight is rejected once', () => {
  const { subject, call, log, answer } = pipeline();
  for (const name of ['a', 'b', 'c']) call(name);
  answer(1);
  subject.abandon();
  subject.abandon();
  expect(log).toEqual(['a resolved', 'b -4', 'c -4']);
});

test('after 2^31-1 requests the numbers begin again', () => {
  const { call, answer, xids } = pipeline(0x7fff_fffe);
  for (const name of ['a', 'b', 'c']) call(name);
  expect(xids()).toEqual([0x7fff_ffff, 1, 2]);
  for (const xid of xids()) answer(xid);
});
