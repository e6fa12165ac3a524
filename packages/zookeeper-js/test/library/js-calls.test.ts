import { errorNumber } from '@ndsr/test-support';
import zookeeper from 'node-zookeeper-client';
import { expect, test } from 'vitest';
import { JsCalls } from '../../src/library/js-calls.js';

const never = () => undefined;

test('a call resolves to the value made from the reply', async () => {
  expect(await new JsCalls().run<number>((settle) => settle(null, () => 5))).toBe(5);
});

test('a call rejects with the number of the error of the library', async () => {
  const error = new zookeeper.Exception(-101, 'NO_NODE', () => undefined);
  const call = new JsCalls().run((settle) => settle(error, never));
  await expect(call).rejects.toMatchObject({ name: 'ZooKeeperError', number: -101 });
  await expect(call).rejects.toThrow('ZooKeeper error NO_NODE (-101)');
});

test.each([
  ['thrown', () => new JsCalls().run(() => fail('no such path'))],
  ['given', () => new JsCalls().run((settle) => settle(new Error('no such path'), never))],
])('an error that is not the servers’ own is about the arguments (%s)', async (_, run) => {
  await expect(run()).rejects.toMatchObject({ number: -8, message: expect.stringContaining('no such path') });
});

test('all that is under way is lost at once, each call on its own', async () => {
  const calls = new JsCalls();
  const underWay = [calls.run(never), calls.run(never)];
  calls.rejectAll();
  expect(await Promise.all(underWay.map(errorNumber))).toEqual([-4, -4]);
});

test('an answered call is not rejected later, nor a rejected one resolved', async () => {
  const calls = new JsCalls();
  const answered = calls.run<string>((settle) => settle(null, () => 'answer'));
  let late: () => void = never;
  const lost = calls.run<string>((settle) => {
    late = () => settle(null, () => 'too late');
  });
  calls.rejectAll();
  late();
  expect(await answered).toBe('answer');
  expect(await errorNumber(lost)).toBe(-4);
});

test('a call with a malformed reply stays in flight, and rejects with the connection', async () => {
  const calls = new JsCalls();
  let reply: () => void = never;
  const call = calls.run((settle) => {
    reply = () => settle(null, () => fail('nonsense'));
  });
  expect(() => reply()).toThrow('nonsense');
  calls.rejectAll();
  expect(await errorNumber(call)).toBe(-4);
});

function fail(message: string): never {
  throw new Error(message);
}
