import { expect, test } from 'vitest';
import { Fifo } from '../../src/session/fifo.js';

test('first in, first out, in every sequence', () => {
  const fifo = new Fifo<number>();
  const taken: (number | undefined)[] = [];
  let pushed = 0;
  for (let round = 0; round < 200; round += 1) {
    for (let i = 0; i < 50; i += 1) fifo.push(pushed++);
    for (let i = 0; i < 49; i += 1) taken.push(fifo.shift());
  }
  taken.push(...fifo.drain());
  expect(taken).toEqual(Array.from({ length: pushed }, (_, i) => i));
  expect(fifo.shift()).toBeUndefined();
});

test('an empty one gives nothing, and takes again', () => {
  const fifo = new Fifo<string>();
  expect([fifo.shift(), fifo.drain()]).toEqual([undefined, []]);
  fifo.push('a');
  expect([fifo.shift(), fifo.shift()]).toEqual(['a', undefined]);
  fifo.push('b');
  expect(fifo.drain()).toEqual(['b']);
});
