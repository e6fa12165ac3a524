import { expect, test } from 'vitest';
import { RequestDeadline } from '../../src/session/request-deadline.js';
import { FakeClock } from '../support/fake-clock.js';

const never = new Promise<never>(() => undefined);

function start() {
  const clock = new FakeClock();
  return { clock, deadline: new RequestDeadline(clock, 1_000) };
}

test('what is answered is passed on', async () => {
  const { clock, deadline } = start();
  await expect(deadline.limit(Promise.resolve('value'))).resolves.toBe('value');
  await expect(deadline.limit(Promise.reject(new Error('refused')))).rejects.toThrow('refused');
  await clock.advance(5_000);
  expect(clock.pending).toBe(0);
});

test('what is not answered rejects with OPERATION_TIMEOUT, not before its time', async () => {
  const { clock, deadline } = start();
  let error: unknown;
  deadline.limit(never).catch((thrown) => {
    error = thrown;
  });
  await clock.advance(999);
  expect(error).toBeUndefined();
  await clock.advance(300);
  expect(error).toMatchObject({ number: -7 });
  expect(clock.pending).toBe(0);
});

test('an event loop that stood still makes nothing overdue', async () => {
  const { clock, deadline } = start();
  let answer: (value: string) => void = () => undefined;
  const answered = deadline.limit(new Promise<string>((resolve) => (answer = resolve)));
  clock.stall(60_000);
  answer('late');
  await expect(answered).resolves.toBe('late');
});

test('one timer is enough for all, and stop ends it', async () => {
  const { clock, deadline } = start();
  for (let i = 0; i < 100; i += 1) void deadline.limit(never);
  expect(clock.pending).toBe(1);
  deadline.stop();
  expect(clock.pending).toBe(0);
});
