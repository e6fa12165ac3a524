import { expect, test } from 'vitest';
import { FrameReader } from '../../src/wire/frame-reader.js';
import { MalformedFrameError } from '../../src/wire/malformed-frame-error.js';
import { frameOf, int } from '../support/jute.js';

const plenty = 0x0fff_ffff;

function framesOf(reader: FrameReader): string[] {
  const frames: string[] = [];
  for (let frame = reader.next(); frame !== null; frame = reader.next()) frames.push(frame.subarray(4).toString());
  return frames;
}

const stream = Buffer.concat(['one', '', 'three', 'x'.repeat(50)].map((text) => frameOf(Buffer.from(text))));

test.each([1, 2, 3, 4, 5, 7, 11, 1000])('finds the frames in pieces of %i bytes', (size) => {
  const reader = new FrameReader(plenty);
  const found: string[] = [];
  for (let at = 0; at < stream.length; at += size) {
    reader.push(stream.subarray(at, at + size));
    found.push(...framesOf(reader));
  }
  expect(found).toEqual(['one', '', 'three', 'x'.repeat(50)]);
});

test('a frame comes with its length', () => {
  const reader = new FrameReader(plenty);
  reader.push(frameOf(Buffer.from('abc')));
  expect(reader.next()).toEqual(frameOf(Buffer.from('abc')));
});

test('an incomplete frame is null', () => {
  const reader = new FrameReader(plenty);
  expect(reader.next()).toBe(null);
  reader.push(stream.subarray(0, 6));
  expect(reader.next()).toBe(null);
});

test.each([-1, 0x7fff_ffff])('a length of %i is refused', (length) => {
  const reader = new FrameReader(plenty);
  const bytes = Buffer.alloc(8);
  bytes.writeInt32BE(length);
  reader.push(bytes);
  expect(() => reader.next()).toThrow(MalformedFrameError);
});

test('a frame of the most bytes is accepted, one byte more is refused before any of it has come', () => {
  const reader = new FrameReader(100);
  reader.push(frameOf(Buffer.alloc(100)));
  expect(reader.next()?.length).toBe(104);
  reader.push(frameOf(Buffer.alloc(101)).subarray(0, 4));
  expect(() => reader.next()).toThrow('a frame of 101 bytes; expected 0 to 100');
});

test('the most bytes may change between two frames of one chunk', () => {
  const reader = new FrameReader(3);
  reader.push(Buffer.concat([frameOf(Buffer.from('abc')), frameOf(Buffer.from('abcd'))]));
  expect(reader.next()?.length).toBe(7);
  reader.maxBytes = 4;
  expect(reader.next()?.length).toBe(8);
});

test('another protocol is rejected', () => {
  const reader = new FrameReader(plenty);
  reader.push(Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'));
  expect(() => reader.next()).toThrow(MalformedFrameError);
});

test('20 MB in small pieces are joined once, not once per piece', () => {
  const reader = new FrameReader(plenty);
  const frame = frameOf(Buffer.alloc(20_000_000));
  const before = process.cpuUsage();
  for (let at = 0; at < frame.length; at += 1460) {
    if (reader.next() !== null) expect.unreachable();
    reader.push(frame.subarray(at, at + 1460));
  }
  expect(reader.next()?.length).toBe(frame.length);
  // Joining at each piece copies 137 GB: minutes of the processor.
  expect(process.cpuUsage(before).user).toBeLessThan(10_000_000);
});

test('knows the xid of an incomplete frame once it has arrived', () => {
  const reader = new FrameReader(plenty);
  expect(reader.incompleteXid).toBeUndefined();
  const frame = frameOf(Buffer.concat([int(-1), Buffer.alloc(50)]));
  reader.push(frame.subarray(0, 3));
  reader.push(frame.subarray(3, 7));
  expect(reader.incompleteXid).toBeUndefined();
  reader.push(frame.subarray(7, 8));
  expect(reader.incompleteXid).toBe(-1);
  reader.push(frame.subarray(8));
  expect(reader.next()).toEqual(frame);
  expect(reader.incompleteXid).toBeUndefined();
});
