import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { InboundFrames } from '../../src/wire/inbound-frames.js';

const eventXid = -1;

function frame(xid: number, bytes = 8): Buffer {
  const all = Buffer.alloc(4 + 4 + bytes);
  all.writeInt32BE(all.length - 4);
  all.writeInt32BE(xid, 4);
  return all;
}

/** Receives chunks, and records what is delivered; the caller of an answer runs `hops` microtasks later. */
function receiver(hops: number) {
  const log: string[] = [];
  const state = { isOpen: true, alive: 0 };
  const inbound = new InboundFrames({
    get isOpen() {
      return state.isOpen;
    },
    isEvent: (xid) => xid === eventXid,
    onEvent: (bytes) => void log.push(`event ${bytes.length}`),
    onAnswer: (bytes) => {
      const name = `answer ${bytes.readInt32BE(4)}`;
      let called = Promise.resolve();
      for (let hop = 0; hop < hops; hop += 1) called = called.then(() => undefined);
      void called.then(() => log.push(name));
    },
    onAlive: () => {
      state.alive += 1;
    },
    guard: (run) => run(),
  });
  return { inbound, log, state };
}

test('answers and events arrive in the order in which they were sent, in chunks of any size', async () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 });
  await fc.assert(
    fc.asyncProperty(fc.array(fc.boolean(), { maxLength: 40 }), sizes, async (areEvents, chunks) => {
      const sent = areEvents.map((isEvent, index) => (isEvent ? frame(eventXid, 8 + index) : frame(index + 1)));
      const expected = areEvents.map((isEvent, index) => (isEvent ? `event ${16 + index}` : `answer ${index + 1}`));
      const { inbound, log } = receiver(10);
      const stream = Buffer.concat(sent);
      let at = 0;
      for (let chunk = 0; at < stream.length; chunk += 1) {
        const size = chunks[chunk % chunks.length] ?? 1;
        inbound.receive(stream.subarray(at, at + size));
        at += size;
        // Chunks arrive in turns of their own, or many while an event waits.
        if (chunk % 3 === 0) await turn();
      }
      while (log.length < expected.length) await turn();
      expect(log).toEqual(expected);
    }),
    { numRuns: 100 },
  );
});

test('an answer is a sign of life, also while it is arriving; an event is none', () => {
  const { inbound, state } = receiver(0);
  const [event, answer] = [frame(eventXid, 100), frame(3, 100)];
  inbound.receive(event.subarray(0, 50));
  inbound.receive(event.subarray(50));
  expect(state.alive).toBe(0);
  inbound.receive(answer.subarray(0, 6));
  expect(state.alive).toBe(0);
  inbound.receive(answer.subarray(6, 50));
  inbound.receive(answer.subarray(50, 60));
  expect(state.alive).toBe(2);
  inbound.receive(answer.subarray(60));
  expect(state.alive).toBe(3);
});

test('nothing is delivered once the connection has ended', async () => {
  const { inbound, log, state } = receiver(0);
  inbound.receive(Buffer.concat([frame(1), frame(eventXid), frame(2)]));
  state.isOpen = false;
  await turn();
  expect(log).toEqual(['answer 1']);
});
