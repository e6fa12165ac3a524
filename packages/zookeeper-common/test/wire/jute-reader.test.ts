import { describe, expect, test } from 'vitest';
import { JuteReader } from '../../src/wire/jute-reader.js';
import { MalformedFrameError } from '../../src/wire/malformed-frame-error.js';
import { int, long, string } from '../support/jute.js';

const readerOf = (...parts: Buffer[]) => new JuteReader(Buffer.concat(parts));

test('values come one after the other', () => {
  const reader = readerOf(int(-7), long(-2n), Buffer.from([1]), string('é'), string('ab'), string(null));
  expect(reader.int()).toBe(-7);
  expect(reader.long()).toBe(-2n);
  expect(reader.boolean()).toBe(true);
  expect(reader.string()).toBe('é');
  expect(reader.buffer()).toEqual(Buffer.from('ab'));
  expect(reader.buffer()).toBe(null);
});

test('a list of strings, of which some are null', () => {
  const reader = readerOf(int(3), string('a'), string(null), string(''));
  expect(reader.vector((item) => item.string())).toEqual(['a', null, '']);
});

test('an empty list, and a reader that begins in the middle', () => {
  expect(new JuteReader(Buffer.concat([int(9), int(0)]), 4).vector((item) => item.string())).toEqual([]);
});

describe('truncated values and wrong sizes are rejected', () => {
  const cases: [string, Buffer, (reader: JuteReader) => unknown][] = [
    ['a number of three bytes', Buffer.alloc(3), (reader) => reader.int()],
    ['a long number of seven bytes', Buffer.alloc(7), (reader) => reader.long()],
    ['a boolean of no byte', Buffer.alloc(0), (reader) => reader.boolean()],
    ['a boolean of value 2', Buffer.from([2]), (reader) => reader.boolean()],
    ['bytes longer than the frame', Buffer.concat([int(2), Buffer.alloc(1)]), (reader) => reader.buffer()],
    ['bytes of length -2', int(-2), (reader) => reader.buffer()],
    ['a string longer than the frame', Buffer.concat([int(0x7fff_ffff), Buffer.alloc(9)]), (reader) => reader.string()],
    ['a string of length -4', Buffer.concat([int(-4), Buffer.alloc(9)]), (reader) => reader.string()],
    ['a list of -1 items', int(-1), (reader) => reader.vector((item) => item.string())],
    ['a list of 3 items in 11 bytes', Buffer.concat([int(3), Buffer.alloc(11)]), (r) => r.vector((i) => i.string())],
  ];
  test.each(cases)('%s', (_, bytes, read) => {
    expect(() => read(new JuteReader(bytes))).toThrow(MalformedFrameError);
  });
});

test('a list that claims 2^31-1 items is refused before the first is read', () => {
  let items = 0;
  const reader = readerOf(int(0x7fff_ffff), int(-4), Buffer.alloc(68));
  expect(() => reader.vector(() => (items += 1))).toThrow('a list of 2147483647 items in 72 bytes; expected 0 to 18');
  expect(items).toBe(0);
});
