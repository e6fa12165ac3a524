import { expect, test } from 'vitest';
import { RequestDeadline, type UnderWay } from '../../src/session/request-deadline.js';
import { FakeClock } from '../support/fake-clock.js';

function start() {
  const clock = new FakeClock();
  const over: UnderWay[] = [];
  return { clock, over, deadline: new RequestDeadline(clock, 1_000, (request) => over.push(request)) };
}

function request(): UnderWay {
  return { looksWithoutAnswer: 0 };
}

test('what has ended is not over, and was under way once', async () => {
  const { clock, over, deadline } = start();
  const answered = request();
  deadline.begin(answered);
  expect([deadline.end(answered), deadline.end(answered)]).toEqual([true, false]);
  await clock.advance(5_000);
  expect(over).toEqual([]);
  expect(clock.pending).toBe(0);
});

test('what does not end is over, once, and not before its time', async () => {
  const { clock, over, deadline } = start();
  const forgotten = request();
  deadline.begin(forgotten);
  await clock.advance(999);
  expect(over).toEqual([]);
  await clock.advance(300);
  expect(over).toEqual([forgotten]);
  expect(deadline.end(forgotten)).toBe(false);
  await clock.advance(5_000);
  expect(over).toEqual([forgotten]);
  expect(clock.pending).toBe(0);
});

test('one that begins when another is over has the whole time', async () => {
  const clock = new FakeClock();
  const over: UnderWay[] = [];
  const [first, second] = [request(), request()];
  const deadline: RequestDeadline<UnderWay> = new RequestDeadline(clock, 1_000, (one) => {
    over.push(one);
    if (one === first) deadline.begin(second);
  });
  deadline.begin(first);
  await clock.advance(1_300);
  expect(over).toEqual([first]);
  await clock.advance(900);
  expect(over).toEqual([first]);
  await clock.advance(400);
  expect(over).toEqual([first, second]);
});

test('an event loop that stood still makes nothing overdue', async () => {
  const { clock, over, deadline } = start();
  const late = request();
  deadline.begin(late);
  clock.stall(60_000);
  deadline.end(late);
  await clock.advance(5_000);
  expect(over).toEqual([]);
});

test('one timer is enough for all, and stop ends it', () => {
  const { clock, deadline } = start();
  for (let i = 0; i < 100; i += 1) deadline.begin(request());
  expect(clock.pending).toBe(1);
  deadline.stop();
  expect(clock.pending).toBe(0);
});
