import { FakeClock } from '@ndsr/test-support';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NoConnectionError, RequestRefusedError, TimeoutError } from '../../src/errors/connection-errors.js';
import { type Payload, Quarantine, type Quarantined } from '../../src/registration/quarantine.js';

const limit = 5_000;
const requestTimeoutMs = 10_000;

class FakeItem implements Quarantined {
  error: Error | undefined;
  readonly path: string;
  readonly payload: Payload;
  readonly #failed: (item: FakeItem) => void;

  constructor(path: string, payload: Payload, failed: (item: FakeItem) => void) {
    this.path = path;
    this.payload = payload;
    this.#failed = failed;
  }

  fail(error: Error): void {
    this.error = error;
    this.#failed(this);
  }
}

/** Writes to several paths, and servers that close the connection if the data is larger than `limit`. */
class Simulation {
  readonly clock = new FakeClock();
  readonly answered = new Set<string>();
  /** How often each path was refused, by the error of its item or by a fault. */
  readonly refused = new Map<string, number>();
  readonly sent = new Map<string, number>();
  /** Items that waited too long: code and path. */
  readonly failures: string[] = [];
  closings = 0;
  readonly #payloads: ReadonlyMap<string, Payload>;
  readonly #quarantine: Quarantine<FakeItem>;
  /** In sending order. */
  readonly #inFlight: FakeItem[] = [];
  readonly #waiting = new Set<FakeItem>();
  /** On how many connections in a row each path got no answer. */
  readonly #unanswered = new Map<string, number>();
  #isConnected = true;

  constructor(sizes: readonly number[]) {
    this.#payloads = new Map(sizes.map((bytes, index) => [`/n${index}`, { request: {}, bytes }]));
    this.#quarantine = new Quarantine({
      clock: this.clock,
      random: () => 0,
      requestTimeoutMs,
      start: (item) => this.#send(item),
      noConnection: (path) => new NoConnectionError(undefined, { path }),
      fault: (error) => this.#note(error),
    });
    this.#quarantine.connected();
  }

  get paths(): readonly string[] {
    return [...this.#payloads.keys()];
  }

  get isIdle(): boolean {
    return this.#inFlight.length === 0 && this.#waiting.size === 0;
  }

  isTooLarge(path: string): boolean {
    return (this.#payloads.get(path)?.bytes ?? 0) > limit;
  }

  /** Tries each path that is not answered, not refused and not in flight. */
  schedule(paths = this.paths): void {
    for (const path of paths) {
      const payload = this.#payloads.get(path);
      const isBusy = [...this.#inFlight, ...this.#waiting].some((item) => item.path === path);
      if (payload === undefined || isBusy || this.answered.has(path)) continue;
      if (this.#quarantine.pauseMs(path, payload) > 0) continue;
      const item = new FakeItem(path, payload, (failed) => this.#failed(failed));
      this.#waiting.add(item);
      this.#quarantine.admit(item);
    }
  }

  /** The servers process the next request. */
  serve(): void {
    const [item] = this.#inFlight;
    if (item === undefined) return;
    if (this.isTooLarge(item.path)) {
      this.close();
      return;
    }
    this.#inFlight.shift();
    this.answered.add(item.path);
    this.#unanswered.delete(item.path);
    this.#quarantine.onEnded(item, { type: 'answered' });
  }

  /** Some clients first reject the requests in flight, others first report that the connection closed. */
  close(isReportedFirst = false): void {
    this.closings += 1;
    this.#isConnected = false;
    if (isReportedFirst) this.#quarantine.disconnected();
    for (let item = this.#inFlight.shift(); item !== undefined; item = this.#inFlight.shift()) {
      this.#unanswered.set(item.path, (this.#unanswered.get(item.path) ?? 0) + 1);
      const error = this.#quarantine.onEnded(item, { type: 'closed', payload: item.payload });
      if (error !== undefined) this.#note(error);
    }
    if (!isReportedFirst) this.#quarantine.disconnected();
    this.#isConnected = true;
    this.#quarantine.connected();
    this.schedule();
  }

  #send(item: FakeItem): void {
    this.#waiting.delete(item);
    if (!this.#isConnected) {
      // A client rejects immediately a request that it cannot send.
      const error = this.#quarantine.onEnded(item, { type: 'closed', payload: item.payload });
      expect(error, 'a request that was never sent is not refused').toBeUndefined();
      return;
    }
    const isSuspect = (other: FakeItem): boolean => (this.#unanswered.get(other.path) ?? 0) >= 2;
    const others = this.#inFlight.map(({ path }) => path);
    if (isSuspect(item)) expect(others, `${item.path} is sent alone`).toEqual([]);
    expect(this.#inFlight.some(isSuspect), `${item.path} is sent together with a request that must be alone`).toBe(
      false,
    );
    this.sent.set(item.path, (this.sent.get(item.path) ?? 0) + 1);
    this.#inFlight.push(item);
  }

  #failed(item: FakeItem): void {
    this.#waiting.delete(item);
    this.#quarantine.onEnded(item, { type: 'unknown' });
    const { error } = item;
    if (error instanceof RequestRefusedError) this.#note(error);
    else if (error instanceof TimeoutError) this.failures.push(`${error.code} ${item.path}`);
  }

  #note({ path = '' }: RequestRefusedError): void {
    this.refused.set(path, (this.refused.get(path) ?? 0) + 1);
  }
}

const size = fc.integer({ min: 1_000, max: 2 * limit });
const sizes = fc.array(size, { minLength: 1, maxLength: 30 });

function serveAll(simulation: Simulation): void {
  for (let i = 0; i < 10_000 && !simulation.isIdle; i += 1) simulation.serve();
  expect(simulation.isIdle, 'every item ends').toBe(true);
}

function expectAllDecided(simulation: Simulation): void {
  const tooLarge = simulation.paths.filter((path) => simulation.isTooLarge(path));
  expect([...simulation.refused.keys()].sort()).toEqual(tooLarge.sort());
  expect([...simulation.answered].sort()).toEqual(
    simulation.paths.filter((path) => !simulation.isTooLarge(path)).sort(),
  );
}

describe('Quarantine', () => {
  it('finds all requests that the servers refuse, and no others, at the cost of two closed connections plus one for each at most', () => {
    fc.assert(
      fc.property(sizes, (all) => {
        const simulation = new Simulation(all);
        simulation.schedule();
        serveAll(simulation);
        expectAllDecided(simulation);
        expect(simulation.closings).toBeLessThanOrEqual(2 + simulation.refused.size);
      }),
    );
  });

  it('finds them at any time: each is sent three times at most', () => {
    fc.assert(
      fc.property(sizes, fc.array(fc.nat(), { maxLength: 60 }), (all, order) => {
        const simulation = new Simulation(all);
        for (const step of order) {
          if (step % 2 === 0) simulation.schedule([`/n${(step / 2) % all.length}`]);
          else simulation.serve();
        }
        simulation.schedule();
        serveAll(simulation);
        expectAllDecided(simulation);
        for (const path of simulation.refused.keys()) expect(simulation.sent.get(path)).toBeLessThanOrEqual(3);
      }),
    );
  });

  it('does not block small requests, no matter how often the connection closes for other reasons', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(size, { minLength: 1, maxLength: 8 }),
        fc.array(fc.nat(4), { maxLength: 60 }),
        async (all, steps) => {
          const simulation = new Simulation(all);
          simulation.schedule();
          for (const step of steps) {
            if (step < 3) simulation.serve();
            else simulation.close(step === 3);
          }
          const small = simulation.paths.filter((path) => !simulation.isTooLarge(path)).sort();
          serveAll(simulation);
          for (let round = 0; round < 20 && simulation.answered.size < small.length; round += 1) {
            await simulation.clock.advance(600_000);
            simulation.schedule();
            serveAll(simulation);
          }
          expect([...simulation.answered].sort()).toEqual(small);
        },
      ),
    );
  });

  it('costs one closed connection for each new attempt, after pauses that grow to ten minutes', async () => {
    const simulation = new Simulation([5_001, 7_000, 10_000, 10]);
    simulation.schedule();
    serveAll(simulation);
    expect(simulation.closings).toBe(3);
    const closings: number[] = [];
    for (const pauseMs of [60_000, 120_000, 240_000, 480_000, 600_000, 600_000]) {
      await simulation.clock.advance(pauseMs - 1);
      simulation.schedule();
      expect(simulation.isIdle).toBe(true);
      await simulation.clock.advance(1);
      const before = simulation.closings;
      simulation.schedule();
      serveAll(simulation);
      closings.push(simulation.closings - before);
    }
    expect(closings).toEqual([1, 1, 1, 1, 1, 1]);
  });
});

it('an item that waits longer than requestTimeoutMs fails with TimeoutError', async () => {
  const simulation = new Simulation([10, 7_000]);
  simulation.schedule();
  simulation.close();
  simulation.close();
  // One request is sent alone, and the servers do not answer.
  await simulation.clock.advance(requestTimeoutMs - 1);
  expect(simulation.failures).toEqual([]);
  await simulation.clock.advance(1);
  expect(simulation.failures).toEqual(['ERR_NDSR_TIMEOUT /n1']);
  simulation.serve();
  expect([...simulation.answered]).toEqual(['/n0']);
});
