import { errorNumber, FakeClock } from '@ndsr/test-support';
import { ZooKeeperError } from '@ndsr/zookeeper-common';
import { expect, test } from 'vitest';
import { NativeCalls, type NativeSettle } from '../../src/library/native-calls.js';

const calls = () => new NativeCalls(new FakeClock());
const nothing = () => undefined;

test('an answer resolves to the value made from it', async () => {
  const answer = calls().run<string>((settle) => {
    queueMicrotask(() => settle(0, 'ok', () => 'value'));
    return 0;
  });
  expect(await answer).toBe('value');
});

test.each([
  [-101, -101],
  [-125, -125],
  [-118, -118],
  [-8, -8],
  [-4, -4],
  [-7, -4],
  [-2, -4],
  [-112, -4],
  [-116, -4],
])('code %i rejects with number %i', async (code, number) => {
  const call = calls().run((settle) => {
    queueMicrotask(() => settle(code, 'words', nothing));
    return 0;
  });
  expect(await errorNumber(call)).toBe(number);
});

test.each([
  [-8, -8],
  [-9, -4],
  [-4, -4],
])('code %i that is returned rejects with %i: there will be no callback', async (code, number) => {
  expect(await errorNumber(calls().run(() => code))).toBe(number);
});

test('what the library throws about arguments rejects', async () => {
  const call = calls().run(() => {
    throw new TypeError('no string');
  });
  await expect(call).rejects.toThrow(/BAD_ARGUMENTS.*no string/);
});

test('an answer that cannot be read rejects, and throws nothing into the library', async () => {
  const call = calls().run((settle) => {
    settle(0, 'ok', () => BigInt('no number'));
    return 0;
  });
  await expect(call).rejects.toBeInstanceOf(ZooKeeperError);
});

test('a callback that never comes is made up for, once', async () => {
  const all = calls();
  let late: NativeSettle<string> = nothing;
  const call = all.run<string>((settle) => {
    late = settle;
    return 0;
  });
  all.rejectAll();
  expect(await errorNumber(call)).toBe(-4);
  late(0, 'ok', () => 'late');
  expect(all.waitedMs).toBe(0);
});

test('a broken connection rejects only after the library has closed its socket', async () => {
  const all = calls();
  const order: string[] = [];
  const call = errorNumber(
    all.run((settle) => {
      settle(-4, 'connection loss', nothing);
      return 0;
    }),
  ).then(() => order.push('told'));
  queueMicrotask(() => queueMicrotask(() => order.push('microtasks')));
  await call;
  expect(order).toEqual(['microtasks', 'told']);
});

test('knows how long answers are overdue, and the time since the last request and answer', async () => {
  const clock = new FakeClock();
  const all = new NativeCalls(clock);
  const settles: NativeSettle<void>[] = [];
  const ask = () =>
    all.run<void>((settle) => {
      settles.push(settle);
      return 0;
    });
  const asked = [ask(), ask()];
  await clock.advance(100);
  expect([all.waitedMs, all.idleMs, all.quietMs]).toEqual([100, 100, 100]);
  settles.shift()?.(0, 'ok', nothing);
  await clock.advance(50);
  expect([all.waitedMs, all.idleMs, all.quietMs]).toEqual([50, 150, 50]);
  all.sessionAccepted();
  expect([all.waitedMs, all.quietMs]).toEqual([50, 0]);
  settles.shift()?.(0, 'ok', nothing);
  await Promise.all(asked);
  expect(all.waitedMs).toBe(0);
});
