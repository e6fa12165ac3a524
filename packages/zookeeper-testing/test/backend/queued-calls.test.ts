import { TimeoutError } from '@ndsr/core/backend';
import { turn } from '@ndsr/test-support';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { connectedBackend, type OpenBackend } from './open-backend.js';
import { SlowServer } from './slow-server.js';

// A request that waits in the window is not late as long as the servers answer the requests before it.

const requestTimeoutMs = 800;
/** The interval at which deadlines are checked. */
const intervalMs = requestTimeoutMs / 8;
const requestsInFlight = 10;

async function slowBackend(): Promise<{ open: OpenBackend; server: SlowServer }> {
  const server = new SlowServer();
  const open = await connectedBackend({ requestTimeoutMs, requestsInFlight, wrap: server.wrap });
  server.now = () => open.clock.now();
  return { open, server };
}

interface Ending {
  readonly at: number;
  readonly error: unknown;
  /** The time of the last answer. */
  readonly answeredAt: number;
}

/** Calls, and their outcomes. */
class Calls {
  readonly begunAt: number[] = [];
  readonly outcomes: (Ending | undefined)[] = [];
  readonly #open: OpenBackend;
  readonly #server: SlowServer;

  constructor(open: OpenBackend, server: SlowServer) {
    this.#open = open;
    this.#server = server;
  }

  write(): void {
    const path = `/n${this.begunAt.length}`;
    this.#follow(this.#open.backend.create(path, { kind: 'persistent', data: new Uint8Array(1), replacing: null }));
  }

  read(path: string): void {
    this.#follow(this.#open.backend.read(path, { children: 'data' }));
  }

  #follow(call: Promise<unknown>): void {
    const index = this.begunAt.push(this.#open.clock.now()) - 1;
    this.outcomes.push(undefined);
    const end = (error?: unknown): void => {
      this.outcomes[index] = { at: this.#open.clock.now(), error, answeredAt: this.#server.answeredAt };
    };
    call.then(() => end(), end);
  }

  get pending(): number {
    return this.outcomes.filter((outcome) => outcome === undefined).length;
  }

  get errors(): unknown[] {
    return this.outcomes.flatMap((outcome) => (outcome?.error === undefined ? [] : [outcome.error]));
  }
}

test('a burst that takes five deadlines to answer succeeds', async () => {
  const { open, server } = await slowBackend();
  const calls = new Calls(open, server);
  for (let i = 0; i < 400; i += 1) calls.write();
  for (let ms = 0; calls.pending > 0 && ms < 20 * requestTimeoutMs; ms += intervalMs) {
    await open.clock.advance(intervalMs);
    await server.answer(requestsInFlight);
  }
  expect(calls.pending).toBe(0);
  expect(calls.errors).toEqual([]);
  expect(open.clock.now() - (calls.begunAt[0] ?? 0)).toBeGreaterThanOrEqual(5 * requestTimeoutMs);
  await open.backend.close();
  expect(open.clock.pending).toBe(0);
});

test('a read of many children that takes five deadlines to answer succeeds', async () => {
  const { open, server } = await slowBackend();
  open.zooKeeper.tree.create('/service', null);
  for (let i = 0; i < 400; i += 1) open.zooKeeper.tree.create(`/service/n${i}`, null);
  const calls = new Calls(open, server);
  calls.read('/service');
  for (let ms = 0; calls.pending > 0 && ms < 20 * requestTimeoutMs; ms += intervalMs) {
    await open.clock.advance(intervalMs);
    await server.answer(requestsInFlight);
  }
  expect([calls.pending, calls.errors]).toEqual([0, []]);
  expect(open.clock.now() - (calls.begunAt[0] ?? 0)).toBeGreaterThanOrEqual(5 * requestTimeoutMs);
});

test('a watch reports that it is queued, until it is read or the servers fall silent', async () => {
  const { open, server } = await slowBackend();
  const seen: string[] = [];
  const watches = Array.from({ length: 100 }, (_, i) =>
    open.backend.watch(`/n${i}`, { children: 'none' }, { node: ({ path }) => seen.push(path), fault: () => undefined }),
  );
  await turn(1);
  const paused = (since: number): number => watches.filter((watch) => watch.isPaused?.(since)).length;
  const answeredAt = open.clock.now();
  await server.answer(5);
  expect(paused(answeredAt)).toBeGreaterThan(80);
  await open.clock.advance(2 * intervalMs);
  expect(paused(answeredAt + 1)).toBe(0);
  while (server.unanswered > 0) await server.answer(requestsInFlight);
  expect(seen).toHaveLength(100);
  expect(paused(answeredAt)).toBe(0);
});

test('when the servers fall silent, everything queued and in flight ends after one deadline of silence', async () => {
  const { open, server } = await slowBackend();
  const calls = new Calls(open, server);
  for (let i = 0; i < 400; i += 1) calls.write();
  for (let i = 0; i < 20; i += 1) {
    await open.clock.advance(intervalMs);
    await server.answer(requestsInFlight);
  }
  expect([calls.pending, calls.errors]).toEqual([200, []]);
  await open.clock.advance(requestTimeoutMs - 1);
  expect(calls.pending).toBe(200);
  await open.clock.advance(2.5 * intervalMs + 1);
  expect(calls.pending).toBe(0);
  expect(calls.errors).toHaveLength(200);
  expect(calls.errors.every((error) => error instanceof TimeoutError)).toBe(true);
});

test('a server that answers only a trickle ends every call after ten deadlines in the queue and one in flight', async () => {
  const { open, server } = await slowBackend();
  const calls = new Calls(open, server);
  for (let i = 0; i < 1_000; i += 1) calls.write();
  const begunAt = open.clock.now();
  while (calls.pending > 0 && open.clock.now() - begunAt < 20 * requestTimeoutMs) {
    await open.clock.advance(intervalMs);
    await server.answer(1);
  }
  expect(calls.pending).toBe(0);
  expect(open.clock.now() - begunAt).toBeGreaterThan(10 * requestTimeoutMs - intervalMs);
  expect(open.clock.now() - begunAt).toBeLessThan(12 * requestTimeoutMs);
  expect(String(calls.errors.at(-1))).toContain('/n999 was not sent');
});

test('an answer that waits while the event loop is blocked is not late, queued or in flight', async () => {
  const { open, server } = await slowBackend();
  const calls = new Calls(open, server);
  for (let i = 0; i < 50; i += 1) calls.write();
  for (const aheadMs of [0, intervalMs, requestTimeoutMs - 1, 0, 0]) {
    await open.clock.advance(aheadMs);
    open.clock.stall(60_000);
    await server.answer(requestsInFlight);
  }
  expect([calls.pending, calls.errors]).toEqual([0, []]);
});

test('with answers in any order and at any time, nothing times out early, and everything ends', async () => {
  const step = fc.oneof(
    fc.record({ what: fc.constant('call' as const), count: fc.integer({ min: 1, max: 40 }) }),
    fc.record({ what: fc.constant('answer' as const), count: fc.integer({ min: 1, max: 15 }) }),
    fc.record({ what: fc.constant('pass' as const), count: fc.integer({ min: 1, max: 16 }) }),
    fc.record({ what: fc.constant('stall' as const), count: fc.integer({ min: 1, max: 16 }) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
      const { open, server } = await slowBackend();
      const calls = new Calls(open, server);
      for (const { what, count } of steps) {
        if (what === 'call') for (let i = 0; i < count; i += 1) calls.write();
        else if (what === 'answer') await server.answer(count);
        else if (what === 'pass') await open.clock.advance((count * intervalMs) / 2);
        else open.clock.stall(count * intervalMs);
        await turn(1);
      }
      for (const [index, outcome] of calls.outcomes.entries()) {
        if (outcome?.error === undefined) continue;
        expect(outcome.error).toBeInstanceOf(TimeoutError);
        // It had the whole time: since it was sent, or since the last answer.
        const { at, answeredAt } = outcome;
        const begunAt = calls.begunAt[index] ?? 0;
        const sentAt = server.sentAt.get(`/n${index}`) ?? Number.POSITIVE_INFINITY;
        const hadMs = Math.max(at - sentAt, Math.min(at - answeredAt, at - begunAt));
        expect(at - begunAt >= 10 * requestTimeoutMs || hadMs >= requestTimeoutMs).toBe(true);
      }
      await open.clock.advance(requestTimeoutMs + 4 * intervalMs);
      expect(calls.pending).toBe(0);
      await open.backend.close();
      expect(open.clock.pending).toBe(0);
    }),
    { numRuns: 60 },
  );
});
