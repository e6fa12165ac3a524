import { FrameReader, JuteReader, MalformedFrameError } from '@ndsr/zookeeper-common';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { boolean, buffer, int, long, record, ustring, vector } from '../../src/wire/jute-types.js';
import { RequestWriter } from '../../src/wire/request-writer.js';

const everything = record({
  number: int,
  id: long,
  flag: boolean,
  text: ustring,
  bytes: buffer,
  list: vector(record({ name: ustring, more: vector(int) })),
});

const anyInt = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const anyText = fc.oneof(fc.string({ unit: 'grapheme' }), fc.string({ minLength: 1_000, maxLength: 3_000 }));
const anyRecord = fc.record({
  number: anyInt,
  id: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  flag: fc.boolean(),
  text: anyText,
  bytes: fc.option(fc.uint8Array({ maxLength: 50_000 })),
  list: fc.array(fc.record({ name: anyText, more: fc.array(anyInt) }), { maxLength: 5 }),
});

/** Reads the values of a frame back, with the reader of all clients. */
function readBack(frame: Buffer) {
  const reader = new JuteReader(frame, 4);
  const [xid, opCode] = [reader.int(), reader.int()];
  const value = {
    number: reader.int(),
    id: reader.long(),
    flag: reader.boolean(),
    text: reader.string(),
    bytes: reader.buffer(),
    list: reader.vector((item) => ({ name: item.string(), more: item.vector((number) => number.int()) })),
  };
  expect(() => reader.boolean()).toThrow(MalformedFrameError);
  return { xid, opCode, value: { ...value, bytes: value.bytes && new Uint8Array(value.bytes) } };
}

test('requests of any content and size come back, however many are sent at once', () => {
  const writer = new RequestWriter();
  const turns = fc.array(fc.array(anyRecord, { maxLength: 8 }), { maxLength: 4 });
  fc.assert(
    fc.property(turns, (all) => {
      for (const records of all) {
        for (const [index, value] of records.entries()) writer.add(index + 1, 101, everything, value);
        const sent = writer.take();
        const reader = new FrameReader(0x10_0000);
        reader.push(Buffer.from(sent));
        const frames = records.map(() => reader.next() ?? expect.unreachable('a frame is missing'));
        expect(reader.next()).toBeNull();
        expect(frames.map(readBack)).toEqual(records.map((value, index) => ({ xid: index + 1, opCode: 101, value })));
        writer.release(sent);
        expect(writer.isEmpty).toBe(true);
      }
    }),
    { numRuns: 200 },
  );
});

describe('a request', () => {
  const data = record({ data: buffer });
  const frameBytes = 0xf_ffff;
  const ofFrame = (bytes: number) => ({ data: new Uint8Array(bytes - 12) });

  test('of 1,048,575 bytes is accepted', () => {
    const writer = new RequestWriter();
    writer.add(1, 1, data, ofFrame(frameBytes));
    expect(writer.take()).toHaveLength(4 + frameBytes);
  });

  test('that is longer is rejected, and leaves the others as they were', () => {
    const writer = new RequestWriter();
    writer.add(1, 1, data, { data: null });
    expect(() => writer.add(2, 1, data, ofFrame(frameBytes + 1))).toThrow(RangeError);
    writer.add(2, 1, data, { data: null });
    const sent = writer.take();
    expect(sent).toHaveLength(2 * (4 + 12));
    expect(sent.readInt32BE(16 + 4)).toBe(2);
  });

  test('that cannot be written is rejected, and leaves the others as they were', () => {
    const writer = new RequestWriter();
    writer.add(1, 1, record({ number: int }), { number: 1 });
    expect(() => writer.add(2, 1, record({ number: int }), { number: 2 ** 31 })).toThrow(RangeError);
    expect(writer.take()).toHaveLength(16);
  });
});

test('a buffer that is being sent is not written to, and is used again when it is sent', () => {
  const writer = new RequestWriter();
  const one = record({ number: int });
  writer.add(1, 1, one, { number: 0x11111111 });
  const first = writer.take();
  writer.add(2, 1, one, { number: 0x22222222 });
  const second = writer.take();
  expect(first.buffer).not.toBe(second.buffer);
  expect(first.readInt32BE(12)).toBe(0x11111111);
  writer.release(first);
  writer.add(3, 1, one, { number: 0x33333333 });
  writer.take();
  writer.add(4, 1, one, { number: 0x44444444 });
  expect(writer.take().buffer).toBe(first.buffer);
});
