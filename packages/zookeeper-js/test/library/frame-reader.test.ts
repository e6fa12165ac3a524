import { expect, test } from 'vitest';
import { FrameReader } from '../../src/library/frame-reader.js';
import { frameOf } from '../support/fake-server.js';

function framesOf(reader: FrameReader): string[] {
  const frames: string[] = [];
  for (let frame = reader.next(); frame !== null; frame = reader.next()) frames.push(frame.subarray(4).toString());
  return frames;
}

const stream = Buffer.concat(['one', '', 'three', 'x'.repeat(50)].map((text) => frameOf(Buffer.from(text))));

test.each([1, 2, 3, 4, 5, 7, 11, 1000])('finds the frames in pieces of %i bytes', (size) => {
  const reader = new FrameReader();
  const found: string[] = [];
  for (let at = 0; at < stream.length; at += size) {
    reader.push(stream.subarray(at, at + size));
    found.push(...framesOf(reader));
  }
  expect(found).toEqual(['one', '', 'three', 'x'.repeat(50)]);
});

test('a frame comes with its length', () => {
  const reader = new FrameReader();
  reader.push(frameOf(Buffer.from('abc')));
  expect(reader.next()).toEqual(frameOf(Buffer.from('abc')));
});

test('an incomplete frame is null', () => {
  const reader = new FrameReader();
  expect(reader.next()).toBe(null);
  reader.push(stream.subarray(0, 6));
  expect(reader.next()).toBe(null);
});

test.each([-1, 0x7fff_ffff])('a length of %i is refused', (length) => {
  const reader = new FrameReader();
  const bytes = Buffer.alloc(8);
  bytes.writeInt32BE(length);
  reader.push(bytes);
  expect(() => reader.next()).toThrow(RangeError);
});

test('what speaks another protocol is refused', () => {
  const reader = new FrameReader();
  reader.push(Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'));
  expect(() => reader.next()).toThrow(RangeError);
});

test('20 MB in small pieces are joined once, not once per piece', () => {
  const reader = new FrameReader();
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
