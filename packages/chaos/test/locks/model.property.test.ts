import { setImmediate as turn } from 'node:timers/promises';
import type { RegistryLock } from '@ndsr/core';
import { MemoryServiceRegistry, MemoryStore } from '@ndsr/memory';
import fc from 'fast-check';
import { expect, test } from 'vitest';

const path = '/model/lock';
const registries = 3;

/** One attempt to hold the lock, in the model and in the registry. */
interface Attempt {
  readonly registry: number;
  readonly lock: RegistryLock;
  readonly abortion: AbortController;
  /** The signal of the held lock, once it is acquired. */
  lost?: AbortSignal;
  outcome: 'waits' | 'holds' | 'released' | 'aborted' | 'lost';
  /** True when its `acquire` has settled. */
  settled: boolean;
}

/** The model of holders and waiters: first come, first served; after a lost session a waiter queues again at the end. */
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

class Harness {
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

  /** Resolves once all pending requests are answered. */
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

async function perform(harness: Harness, { what, which }: Operation): Promise<void> {
  if (what === 'acquire') harness.acquire(which % registries);
  if (what === 'crash') await harness.crash(which % registries);
  const held = pick(harness.model.holders, which);
  if (what === 'release' && held !== undefined) harness.release(held);
  const waiting = pick(harness.model.line, which);
  if (what === 'abort' && waiting !== undefined) harness.abort(waiting);
}

test('any sequence of acquire, release, abort and crash behaves like a queue with several slots', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 3 }),
      fc.array(operation, { maxLength: 30 }),
      async (slots, operations) => {
        const harness = new Harness(slots);
        for (const registry of harness.registries) await registry.start();
        for (const one of operations) {
          await perform(harness, one);
          await harness.settle();
          harness.check();
        }
        await Promise.all(harness.registries.map((registry) => registry.stop()));
        expect(harness.store.dump().filter((node) => node.includes('/lock/') || node.includes('__lock__/'))).toEqual(
          [],
        );
      },
    ),
    { numRuns: 150 },
  );
});

test('for any concurrent events there are never too many holders, and all acquire it in the end', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 3 }),
      fc.array(operation, { maxLength: 30 }),
      async (slots, operations) => {
        const harness = new Harness(slots);
        for (const registry of harness.registries) await registry.start();
        for (const [i, one] of operations.entries()) {
          await perform(harness, one);
          if (i % 3 === 2) await turn();
          expect(harness.attempts.filter(({ lock }) => lock.status).length).toBeLessThanOrEqual(slots);
        }
        // The remaining waiters acquire it now.
        for (let rounds = 0; harness.attempts.some(({ settled, lock }) => !settled || lock.status); rounds += 1) {
          // Rejects here, so that a failure reports its seed and history, unlike a test timeout.
          expect(rounds, 'a waiter waits for ever').toBeLessThan(operations.length * 10);
          for (const { lock } of harness.attempts) await lock.release();
          await harness.settle();
        }
        await harness.settle();
        expect(harness.store.dump().filter((node) => node.includes('/lock/') || node.includes('__lock__/'))).toEqual(
          [],
        );
        await Promise.all(harness.registries.map((registry) => registry.stop()));
      },
    ),
    { numRuns: 150 },
  );
}, 240_000);
