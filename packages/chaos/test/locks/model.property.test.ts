import { setImmediate as turn } from 'node:timers/promises';
import type { RegistryLock } from '@ndsr/core';
import { MemoryServiceRegistry, MemoryStore } from '@ndsr/memory';
import fc from 'fast-check';
import { expect, test } from 'vitest';

const path = '/model/lock';
const registries = 3;

/** One attempt to hold the lock, as the model and the registry have it. */
interface Attempt {
  readonly registry: number;
  readonly lock: RegistryLock;
  readonly abortion: AbortController;
  /** The signal of its holding, once it holds. */
  lost?: AbortSignal;
  outcome: 'waits' | 'holds' | 'released' | 'aborted' | 'lost';
  /** Whether its `acquire` has come to an end, whatever was done with it before. */
  settled: boolean;
}

/** Who holds and who waits, as it should be: first come, first served, and a lost session stands in line anew. */
class Model {
  readonly slots: number;
  holders: Attempt[] = [];
  line: Attempt[] = [];

  constructor(slots: number) {
    this.slots = slots;
  }

  come(attempt: Attempt): void {
    this.line.push(attempt);
    this.#serve();
  }

  go(attempt: Attempt): void {
    this.holders = this.holders.filter((one) => one !== attempt);
    this.line = this.line.filter((one) => one !== attempt);
    this.#serve();
  }

  crash(registry: number): readonly Attempt[] {
    const lost = this.holders.filter((one) => one.registry === registry);
    const again = this.line.filter((one) => one.registry === registry);
    for (const attempt of [...lost, ...again]) this.go(attempt);
    for (const attempt of again) this.come(attempt);
    return lost;
  }

  #serve(): void {
    while (this.holders.length < this.slots && this.line.length > 0) {
      const next = this.line.shift();
      if (next !== undefined) this.holders.push(next);
    }
  }
}

class World {
  readonly store = new MemoryStore();
  readonly model: Model;
  readonly attempts: Attempt[] = [];
  readonly registries = Array.from({ length: registries }, () => {
    const logger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
    return new MemoryServiceRegistry({ store: this.store, logger });
  });

  constructor(slots: number) {
    this.model = new Model(slots);
  }

  acquire(registry: number): void {
    const lock = this.registries[registry]?.getLock(path, { simultaneous: this.model.slots });
    if (lock === undefined) return;
    const attempt: Attempt = { registry, lock, abortion: new AbortController(), outcome: 'waits', settled: false };
    this.attempts.push(attempt);
    this.model.come(attempt);
    const acquired = lock.acquire({ signal: attempt.abortion.signal, waitMs: Infinity });
    acquired
      .then(
        () => {
          attempt.outcome = 'holds';
          attempt.lost = lock.lost;
        },
        () => {
          attempt.outcome = 'aborted';
        },
      )
      .finally(() => {
        attempt.settled = true;
      });
  }

  release(attempt: Attempt): void {
    attempt.outcome = 'released';
    this.model.go(attempt);
    void attempt.lock.release();
  }

  abort(attempt: Attempt): void {
    attempt.abortion.abort();
    this.model.go(attempt);
  }

  async crash(registry: number): Promise<void> {
    for (const attempt of this.model.crash(registry)) attempt.outcome = 'lost';
    await this.store.expire(this.registries[registry] ?? this.store);
  }

  /** Everything that is under way has arrived. */
  async settle(): Promise<void> {
    for (let i = 0; i < 5; i += 1) await turn();
  }

  check(): void {
    const holders = this.attempts.filter(({ lock }) => lock.status);
    expect(new Set(holders)).toEqual(new Set(this.model.holders));
    for (const attempt of this.attempts) {
      expect(attempt.lost?.aborted ?? false, attempt.outcome).toBe(attempt.outcome === 'lost');
      expect(attempt.lock.fencingToken !== undefined).toBe(attempt.lock.status);
    }
    const nodes = this.store.dump();
    expect(nodes.filter((node) => node.startsWith(`${path}/`)).length, 'leases').toBe(this.model.holders.length);
    expect(nodes.filter((node) => node.startsWith(`${path}-__lock__/`)).length, 'in line').toBe(this.model.line.length);
  }
}

type Operation = { readonly what: 'acquire' | 'release' | 'abort' | 'crash'; readonly which: number };

const operation: fc.Arbitrary<Operation> = fc.record({
  what: fc.constantFrom('acquire', 'acquire', 'acquire', 'release', 'release', 'abort', 'crash'),
  which: fc.nat(20),
});

function pick<T>(from: readonly T[], which: number): T | undefined {
  return from[which % Math.max(1, from.length)];
}

async function perform(world: World, { what, which }: Operation): Promise<void> {
  if (what === 'acquire') world.acquire(which % registries);
  if (what === 'crash') await world.crash(which % registries);
  const held = pick(world.model.holders, which);
  if (what === 'release' && held !== undefined) world.release(held);
  const waiting = pick(world.model.line, which);
  if (what === 'abort' && waiting !== undefined) world.abort(waiting);
}

test('any sequence of acquire, release, abort and crash comes out as a line of people before so many doors does', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 3 }),
      fc.array(operation, { maxLength: 30 }),
      async (slots, operations) => {
        const world = new World(slots);
        for (const registry of world.registries) await registry.start();
        for (const one of operations) {
          await perform(world, one);
          await world.settle();
          world.check();
        }
        await Promise.all(world.registries.map((registry) => registry.stop()));
        expect(world.store.dump().filter((node) => node.includes('/lock/') || node.includes('__lock__/'))).toEqual([]);
      },
    ),
    { numRuns: 150 },
  );
});

test('whatever happens at the same moment, never more hold it than may, and all get it in the end', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 3 }),
      fc.array(operation, { maxLength: 30 }),
      async (slots, operations) => {
        const world = new World(slots);
        for (const registry of world.registries) await registry.start();
        for (const [i, one] of operations.entries()) {
          await perform(world, one);
          if (i % 3 === 2) await turn();
          expect(world.attempts.filter(({ lock }) => lock.status).length).toBeLessThanOrEqual(slots);
        }
        // Whoever had no turn yet has it now.
        for (let rounds = 0; world.attempts.some(({ settled, lock }) => !settled || lock.status); rounds += 1) {
          // So that a failure names its seed and its history, which a time limit would not.
          expect(rounds, 'somebody waits for ever').toBeLessThan(operations.length * 10);
          for (const { lock } of world.attempts) await lock.release();
          await world.settle();
        }
        await world.settle();
        expect(world.store.dump().filter((node) => node.includes('/lock/') || node.includes('__lock__/'))).toEqual([]);
        await Promise.all(world.registries.map((registry) => registry.stop()));
      },
    ),
    { numRuns: 150 },
  );
}, 240_000);
