import { FakeClock } from '@ndsr/test-support';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NoConnectionError, RequestRefusedError, TimeoutError } from '../../src/errors/connection-errors.js';
import { type Payload, Quarantine, type Quarantined } from '../../src/registration/quarantine.js';

const limit = 5_000;
const requestTimeoutMs = 10_000;

class FakeRun implements Quarantined {
  error: Error | undefined;
  readonly path: string;
  readonly payload: Payload;
  readonly #failed: (run: FakeRun) => void;

  constructor(path: string, payload: Payload, failed: (run: FakeRun) => void) {
    this.path = path;
    this.payload = payload;
    this.#failed = failed;
  }

  fail(error: Error): void {
    this.error = error;
    this.#failed(this);
  }
}

/** Paths that want their data written, and servers that close the connection when the data are larger than `limit`. */
class World {
  readonly clock = new FakeClock();
  readonly answered = new Set<string>();
  /** How often each was refused, as its run or a fault reported. */
  readonly refused = new Map<string, number>();
  readonly sent = new Map<string, number>();
  /** Runs that waited too long: code and path. */
  readonly failures: string[] = [];
  closings = 0;
  readonly #payloads: ReadonlyMap<string, Payload>;
  readonly #quarantine: Quarantine<FakeRun>;
  /** In the order in which they were sent. */
  readonly #inFlight: FakeRun[] = [];
  readonly #waiting = new Set<FakeRun>();
  /** On how many connections in a row each was left without an answer. */
  readonly #unanswered = new Map<string, number>();
  #isConnected = true;

  constructor(sizes: readonly number[]) {
    this.#payloads = new Map(sizes.map((bytes, index) => [`/n${index}`, { request: {}, bytes }]));
    this.#quarantine = new Quarantine({
      clock: this.clock,
      random: () => 0,
      requestTimeoutMs,
      start: (run) => this.#send(run),
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

  /** Whatever is not answered, not refused and not on its way is tried. */
  pursue(paths = this.paths): void {
    for (const path of paths) {
      const payload = this.#payloads.get(path);
      const isBusy = [...this.#inFlight, ...this.#waiting].some((run) => run.path === path);
      if (payload === undefined || isBusy || this.answered.has(path)) continue;
      if (this.#quarantine.pauseMs(path, payload) > 0) continue;
      const run = new FakeRun(path, payload, (failed) => this.#failed(failed));
      this.#waiting.add(run);
      this.#quarantine.enter(run);
    }
  }

  /** The servers read the next request. */
  serve(): void {
    const [run] = this.#inFlight;
    if (run === undefined) return;
    if (this.isTooLarge(run.path)) {
      this.close();
      return;
    }
    this.#inFlight.shift();
    this.answered.add(run.path);
    this.#unanswered.delete(run.path);
    this.#quarantine.ended(run, { type: 'answered' });
  }

  /** Some clients reject what is in flight first, others report the closing first. */
  close(isReportedFirst = false): void {
    this.closings += 1;
    this.#isConnected = false;
    if (isReportedFirst) this.#quarantine.disconnected();
    for (let run = this.#inFlight.shift(); run !== undefined; run = this.#inFlight.shift()) {
      this.#unanswered.set(run.path, (this.#unanswered.get(run.path) ?? 0) + 1);
      const error = this.#quarantine.ended(run, { type: 'closed', payload: run.payload });
      if (error !== undefined) this.#note(error);
    }
    if (!isReportedFirst) this.#quarantine.disconnected();
    this.#isConnected = true;
    this.#quarantine.connected();
    this.pursue();
  }

  #send(run: FakeRun): void {
    this.#waiting.delete(run);
    if (!this.#isConnected) {
      // As a client rejects at once what it cannot send.
      const error = this.#quarantine.ended(run, { type: 'closed', payload: run.payload });
      expect(error, 'what was never sent is not refused').toBeUndefined();
      return;
    }
    const isSuspect = (other: FakeRun): boolean => (this.#unanswered.get(other.path) ?? 0) >= 2;
    const others = this.#inFlight.map(({ path }) => path);
    if (isSuspect(run)) expect(others, `${run.path} runs alone`).toEqual([]);
    expect(this.#inFlight.some(isSuspect), `${run.path} begins beside one that runs alone`).toBe(false);
    this.sent.set(run.path, (this.sent.get(run.path) ?? 0) + 1);
    this.#inFlight.push(run);
  }

  #failed(run: FakeRun): void {
    this.#waiting.delete(run);
    this.#quarantine.ended(run, { type: 'unknown' });
    const { error } = run;
    if (error instanceof RequestRefusedError) this.#note(error);
    else if (error instanceof TimeoutError) this.failures.push(`${error.code} ${run.path}`);
  }

  #note({ path = '' }: RequestRefusedError): void {
    this.refused.set(path, (this.refused.get(path) ?? 0) + 1);
  }
}

const size = fc.integer({ min: 1_000, max: 2 * limit });
const sizes = fc.array(size, { minLength: 1, maxLength: 30 });

function serveAll(world: World): void {
  for (let i = 0; i < 10_000 && !world.isIdle; i += 1) world.serve();
  expect(world.isIdle, 'every run ends').toBe(true);
}

function expectAllDecided(world: World): void {
  const tooLarge = world.paths.filter((path) => world.isTooLarge(path));
  expect([...world.refused.keys()].sort()).toEqual(tooLarge.sort());
  expect([...world.answered].sort()).toEqual(world.paths.filter((path) => !world.isTooLarge(path)).sort());
}

describe('the quarantine', () => {
  it('finds all requests that the servers refuse, and no other, for two closings and one each at most', () => {
    fc.assert(
      fc.property(sizes, (all) => {
        const world = new World(all);
        world.pursue();
        serveAll(world);
        expectAllDecided(world);
        expect(world.closings).toBeLessThanOrEqual(2 + world.refused.size);
      }),
    );
  });

  it('finds them whenever they come: each is sent three times at most', () => {
    fc.assert(
      fc.property(sizes, fc.array(fc.nat(), { maxLength: 60 }), (all, order) => {
        const world = new World(all);
        for (const step of order) {
          if (step % 2 === 0) world.pursue([`/n${(step / 2) % all.length}`]);
          else world.serve();
        }
        world.pursue();
        serveAll(world);
        expectAllDecided(world);
        for (const path of world.refused.keys()) expect(world.sent.get(path)).toBeLessThanOrEqual(3);
      }),
    );
  });

  it('lets everything through that is small enough, however often the connection closes for other reasons', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(size, { minLength: 1, maxLength: 8 }),
        fc.array(fc.nat(4), { maxLength: 60 }),
        async (all, steps) => {
          const world = new World(all);
          world.pursue();
          for (const step of steps) {
            if (step < 3) world.serve();
            else world.close(step === 3);
          }
          const small = world.paths.filter((path) => !world.isTooLarge(path)).sort();
          serveAll(world);
          for (let round = 0; round < 20 && world.answered.size < small.length; round += 1) {
            await world.clock.advance(600_000);
            world.pursue();
            serveAll(world);
          }
          expect([...world.answered].sort()).toEqual(small);
        },
      ),
    );
  });

  it('costs one closing each time that it tries again, after pauses that grow to ten minutes', async () => {
    const world = new World([5_001, 7_000, 10_000, 10]);
    world.pursue();
    serveAll(world);
    expect(world.closings).toBe(3);
    const closings: number[] = [];
    for (const pauseMs of [60_000, 120_000, 240_000, 480_000, 600_000, 600_000]) {
      await world.clock.advance(pauseMs - 1);
      world.pursue();
      expect(world.isIdle).toBe(true);
      await world.clock.advance(1);
      const before = world.closings;
      world.pursue();
      serveAll(world);
      closings.push(world.closings - before);
    }
    expect(closings).toEqual([1, 1, 1, 1, 1, 1]);
  });
});

it('a run that waits for its turn longer than a request may take fails with TimeoutError', async () => {
  const world = new World([10, 7_000]);
  world.pursue();
  world.close();
  world.close();
  // One runs alone, and the servers are silent.
  await world.clock.advance(requestTimeoutMs - 1);
  expect(world.failures).toEqual([]);
  await world.clock.advance(1);
  expect(world.failures).toEqual(['ERR_NDSR_TIMEOUT /n1']);
  world.serve();
  expect([...world.answered]).toEqual(['/n0']);
});
