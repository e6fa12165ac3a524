import { FakeClock, turn } from '@ndsr/test-support';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ZooKeeperError } from '../../src/client/zookeeper-error.js';
import { RequestWindow } from '../../src/session/request-window.js';

const client = 'the client';

function windowOf(size: number, clock = new FakeClock()): RequestWindow<string> {
  return new RequestWindow({ clock, requestTimeoutMs: 1_000, size, client: () => client });
}

/** Requests that are answered by hand. */
class Requests {
  readonly started: number[] = [];
  readonly outcomes: Promise<unknown>[] = [];
  most = 0;
  readonly #open = new Map<number, (error?: Error) => void>();
  readonly #window: RequestWindow<string>;

  constructor(window: RequestWindow<string>) {
    this.#window = window;
  }

  ask(id: number, first = false): void {
    const request = (): Promise<number> =>
      new Promise((resolve, reject) => {
        this.started.push(id);
        this.#open.set(id, (error) => (error === undefined ? resolve(id) : reject(error)));
        this.most = Math.max(this.most, this.#open.size);
      });
    const outcome = first ? this.#window.runFirst(request) : this.#window.run(request);
    this.outcomes.push(outcome.catch((error) => error));
  }

  async answer(id: number, error?: Error): Promise<void> {
    const settle = this.#open.get(id);
    this.#open.delete(id);
    settle?.(error);
    await turn(1);
  }

  get open(): number[] {
    return [...this.#open.keys()];
  }
}

test('never more in flight than the window, all started in their order', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 5 }), fc.array(fc.nat(3), { maxLength: 60 }), async (size, steps) => {
      const requests = new Requests(windowOf(size));
      let asked = 0;
      for (const step of steps) {
        if (step < 2) requests.ask(asked++);
        else await requests.answer(requests.open[step % size] ?? -1, step === 3 ? new Error('refused') : undefined);
        expect(requests.open.length).toBe(Math.min(size, requests.open.length));
      }
      while (requests.open.length > 0) await requests.answer(requests.open[0] ?? -1);
      expect(requests.most).toBeLessThanOrEqual(size);
      expect(requests.started).toEqual(Array.from({ length: asked }, (_, i) => i));
      await Promise.all(requests.outcomes);
    }),
    { numRuns: 100 },
  );
});

test('urgent requests start before all queued ones', async () => {
  const requests = new Requests(windowOf(1));
  for (const id of [0, 1, 2]) requests.ask(id);
  requests.ask(9, true);
  for (const id of [0, 9, 1, 2]) await requests.answer(id);
  expect(requests.started).toEqual([0, 9, 1, 2]);
});

test('rejectQueued rejects all queued requests, urgent or not, and none in flight', async () => {
  const window = windowOf(1);
  const requests = new Requests(window);
  for (const id of [0, 1]) requests.ask(id);
  requests.ask(2, true);
  window.rejectQueued();
  const [first, ...others] = requests.outcomes;
  for (const other of await Promise.all(others)) {
    expect(other).toBeInstanceOf(ZooKeeperError);
    expect(other).toMatchObject({ number: -4 });
  }
  await requests.answer(0);
  expect(await first).toBe(0);
  requests.ask(3);
  await requests.answer(3);
  expect(requests.started).toEqual([0, 3]);
});

test('fifty thousand that wait are all refused without running out of stack', async () => {
  const window = windowOf(1);
  const refused = new ZooKeeperError(-4);
  const outcomes = Array.from({ length: 50_000 }, () => window.run(() => Promise.reject(refused)));
  const settled = await Promise.allSettled(outcomes);
  expect(settled.every((outcome) => outcome.status === 'rejected')).toBe(true);
});

test('a starter begins at once if there is room, otherwise in its turn, once', async () => {
  const window = windowOf(1);
  const requests = new Requests(window);
  const begun: string[] = [];
  window.whenRoom({ isQueued: false, begin: () => void begun.push('at once') });
  expect(begun).toEqual(['at once']);
  requests.ask(0);
  window.whenRoom({
    isQueued: false,
    begin: () => {
      begun.push('later');
      requests.ask(1);
    },
  });
  requests.ask(2);
  expect(begun).toEqual(['at once']);
  await requests.answer(0);
  expect(begun).toEqual(['at once', 'later']);
  for (const id of [1, 2]) await requests.answer(id);
  expect(requests.started).toEqual([0, 1, 2]);
});

test('a starter that sends nothing delays no request', async () => {
  const window = windowOf(1);
  const requests = new Requests(window);
  requests.ask(0);
  for (let i = 0; i < 3; i += 1) window.whenRoom({ isQueued: false, begin: () => undefined });
  requests.ask(1);
  await requests.answer(0);
  expect(requests.started).toEqual([0, 1]);
});

test('a queued starter does not begin once the connection is lost', async () => {
  const window = windowOf(1);
  const requests = new Requests(window);
  let begun = false;
  requests.ask(0);
  window.whenRoom({
    isQueued: false,
    begin: () => {
      begun = true;
    },
  });
  window.rejectQueued();
  await requests.answer(0);
  expect(begun).toBe(false);
});

test('a request that throws gives its place back', async () => {
  const window = windowOf(1);
  const thrown = new Error('thrown');
  await expect(
    window.run(() => {
      throw thrown;
    }),
  ).rejects.toBe(thrown);
  expect(await window.run(() => Promise.resolve(1))).toBe(1);
});

test('a request without an answer times out, not too early, and makes room', async () => {
  const clock = new FakeClock();
  const window = windowOf(1, clock);
  const requests = new Requests(window);
  for (const id of [0, 1]) requests.ask(id);
  await clock.advance(1_499);
  expect(requests.started).toEqual([0]);
  await clock.advance(300);
  expect(await requests.outcomes[0]).toMatchObject({ number: -7, message: 'No answer within 1500 ms' });
  expect(requests.started).toEqual([0, 1]);
  // An answer that comes all the same frees no place a second time.
  requests.ask(2);
  await requests.answer(0);
  expect(requests.started).toEqual([0, 1]);
  for (const id of [1, 2]) await requests.answer(id);
  expect(await requests.outcomes[2]).toBe(2);
  expect(clock.pending).toBe(0);
});

test('without a connection a request is refused', async () => {
  const window = new RequestWindow<string>({
    clock: new FakeClock(),
    requestTimeoutMs: 1_000,
    client: () => undefined,
  });
  await expect(window.run(() => Promise.resolve(1))).rejects.toMatchObject({ number: -4 });
});

test('stop leaves no timer', async () => {
  const clock = new FakeClock();
  const window = windowOf(1, clock);
  new Requests(window).ask(0);
  expect(clock.pending).toBe(1);
  window.stop();
  expect(clock.pending).toBe(0);
});

test('a request is queued from when it has to wait until it was sent, or dropped', async () => {
  const window = windowOf(1);
  const whenSent: boolean[] = [];
  const requestOf = (answer: Promise<unknown>) => {
    const request = {
      isQueued: false,
      send: () => {
        whenSent.push(request.isQueued);
        return answer;
      },
      resolve: () => undefined,
      reject: () => undefined,
    };
    window.add(request);
    return request;
  };
  let answerFirst = (_: unknown): void => undefined;
  const first = requestOf(
    new Promise((resolve) => {
      answerFirst = resolve;
    }),
  );
  const second = requestOf(new Promise(() => undefined));
  const third = requestOf(Promise.resolve());
  expect([first, second, third].map(({ isQueued }) => isQueued)).toEqual([false, true, true]);
  answerFirst('an answer');
  await turn(1);
  expect([first, second, third].map(({ isQueued }) => isQueued)).toEqual([false, false, true]);
  expect(whenSent).toEqual([false, true]);
  window.rejectQueued();
  expect(third.isQueued).toBe(false);
});

test.each([
  ['a result', undefined, true],
  ['a refusal', new ZooKeeperError(-101), true],
  ['a lost connection', new ZooKeeperError(-4), false],
  ['a request that the client refuses', new ZooKeeperError(-8), false],
] as const)('the queue moves with an answer: %s', async (_, error, isAnswer) => {
  const clock = new FakeClock();
  const window = windowOf(1, clock);
  const requests = new Requests(window);
  requests.ask(0);
  expect(window.answeredSince(0)).toBe(false);
  await requests.answer(0, error);
  const then = clock.now();
  await clock.advance(125);
  expect(window.answeredSince(then)).toBe(isAnswer);
  expect(window.answeredSince(then + 1)).toBe(false);
});

test('servers that have fallen silent are sent nothing more until they answer, or nothing is left to hope for', async () => {
  const clock = new FakeClock();
  const requests = new Requests(windowOf(2, clock));
  requests.ask(0);
  await clock.advance(1_000);
  for (const id of [1, 2, 3, 4, 5]) requests.ask(id);
  await clock.advance(500);
  expect(await requests.outcomes[0]).toMatchObject({ number: -7 });
  requests.ask(6);
  expect(requests.started).toEqual([0, 1]);
  await requests.answer(1);
  expect(requests.started).toEqual([0, 1, 2, 3]);
  await clock.advance(1_500);
  expect(await requests.outcomes[3]).toMatchObject({ number: -7 });
  expect(requests.started).toEqual([0, 1, 2, 3, 4, 5]);
  for (const id of [4, 5, 6]) await requests.answer(id);
  expect(requests.started).toEqual([0, 1, 2, 3, 4, 5, 6]);
});
