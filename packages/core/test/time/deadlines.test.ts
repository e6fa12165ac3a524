import { expect, it } from 'vitest';
import { Deadlines } from '../../src/time/deadlines.js';
import { FakeClock } from '../support/fake-clock.js';

function watched(ms = 100): { clock: FakeClock; deadlines: Deadlines<{ name: string }>; over: string[] } {
  const clock = new FakeClock();
  const over: string[] = [];
  return { clock, over, deadlines: new Deadlines(clock, ms, ({ name }) => over.push(`${name} ${clock.now()}`)) };
}

it('tells each call when its own time is over, by one timer', async () => {
  const { clock, deadlines, over } = watched();
  const began = clock.now();
  for (const name of ['a', 'b', 'c']) {
    deadlines.begin({ name });
    await clock.advance(30);
  }
  expect(clock.pending).toBe(1);
  await clock.advance(200);
  expect(over).toEqual([`a ${began + 100}`, `b ${began + 130}`, `c ${began + 160}`]);
  expect(clock.pending).toBe(0);
});

it('tells none that has ended, and leaves no timer when all have', async () => {
  const { clock, deadlines, over } = watched();
  const [first, second] = [{ name: 'first' }, { name: 'second' }];
  deadlines.begin(first);
  deadlines.begin(second);
  deadlines.end(first);
  expect(clock.pending).toBe(1);
  deadlines.end(second);
  deadlines.end(second);
  expect(clock.pending).toBe(0);
  await clock.advance(1_000);
  expect(over).toEqual([]);
});

it('one that begins while another is told has its whole time', async () => {
  const clock = new FakeClock();
  const over: number[] = [];
  const deadlines = new Deadlines<{ again: boolean }>(clock, 100, ({ again }) => {
    over.push(clock.now());
    if (again) deadlines.begin({ again: false });
  });
  const began = clock.now();
  deadlines.begin({ again: true });
  deadlines.begin({ again: true });
  await clock.advance(100);
  expect(clock.pending).toBe(1);
  await clock.advance(1_000);
  expect(over.map((at) => at - began)).toEqual([100, 100, 200, 200]);
  expect(clock.pending).toBe(0);
});
