import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RequestCounter } from '../src/test-bed/traffic-meter.mjs';

/**
 * @param {number} xid
 * @param {number} length of what follows
 */
function frame(xid, length) {
  const bytes = Buffer.alloc(8 + length);
  bytes.writeInt32BE(4 + length, 0);
  bytes.writeInt32BE(xid, 4);
  return bytes;
}

test('requests are counted in chunks of any size, without pings', () => {
  const frames = fc.array(fc.record({ xid: fc.integer({ min: -4, max: 50 }), length: fc.nat(40) }));
  fc.assert(
    fc.property(frames, fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1 }), (sent, pieces) => {
      const counter = new RequestCounter();
      const take = counter.connection();
      const stream = Buffer.concat(sent.map(({ xid, length }) => frame(xid, length)));
      for (let at = 0, turn = 0; at < stream.length; turn += 1) {
        const end = at + (pieces[turn % pieces.length] ?? 1);
        take(stream.subarray(at, end));
        at = end;
      }
      expect(counter.count).toBe(sent.filter(({ xid }) => xid !== -2).length);
    }),
  );
});

test('half a frame of one connection does not affect another connection', () => {
  const counter = new RequestCounter();
  const [one, other] = [counter.connection(), counter.connection()];
  one(frame(1, 20).subarray(0, 11));
  other(frame(2, 5));
  one(frame(1, 20).subarray(11));
  expect(counter.count).toBe(2);
});
