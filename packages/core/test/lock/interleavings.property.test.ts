import { Outcome, turn } from '@ndsr/test-support';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nextWhenFirst, queueOrder } from '../../src/coordination/queue-position.js';
import { NoConnectionError, TimeoutError } from '../../src/errors/connection-errors.js';
import type { RegistryLock } from '../../src/lock/registry-lock.js';
import { FakeRegistry } from '../support/fake-registry.js';
import { bytes, FakeStore } from '../support/fake-store.js';
import '../support/guard.js';

const path = '/lock';
const queue = `${path}-__lock__`;
const sides = 3;

type Event =
  | 'acquire'
  | 'release'
  /** The oldest request is carried out, and answered. */
  | 'answer'
  /** It is never carried out, and its answer never comes. */
  | 'lose request'
  /** It is carried out, and its answer never comes. */
  | 'lose answer'
  /** The connection breaks after the oldest request was carried out, and comes back. */
  | 'break'
  /** The session ends, and a new one begins. */
  | 'expire'
  | 'pause'
  /** One step of a Python process. */
  | 'kazoo';

interface Step {
  readonly event: Event;
  readonly side: number;
}

/** One registry with one lock object, whose requests are carried out one at a time. */
class Side {
  readonly registry: FakeRegistry;
  readonly lock: RegistryLock;
  acquired: Outcome<boolean> | undefined;

  constructor(store: FakeStore, slots: number, atomic: boolean, knowsStats: boolean) {
    this.registry = new FakeRegistry({}, store);
    this.lock = this.registry.getLock(path, { simultaneous: slots });
    this.registry.prepare = (backend) => {
      backend.knowsStats = knowsStats;
      if (!atomic) backend.createAndRemove = undefined;
    };
  }

  async start(): Promise<void> {
    await this.registry.start();
    for (const op of ['read', 'create', 'remove'] as const) this.registry.backend.hold(op, Number.POSITIVE_INFINITY);
  }

  get isSettled(): boolean {
    return this.acquired?.state !== 'pending';
  }

  acquire(): void {
    if (this.isSettled && !this.lock.status) this.acquired = new Outcome(this.lock.acquire({ waitMs: Infinity }));
  }

  async apply(event: Event): Promise<void> {
    const { backend, clock } = this.registry;
    const [oldest] = backend.pending;
    switch (event) {
      case 'acquire':
        return this.acquire();
      case 'release':
        if (this.isSettled) void this.lock.release();
        return;
      case 'answer':
        return oldest?.answer();
      case 'lose request':
        return oldest?.fail(new TimeoutError('lost'));
      case 'lose answer':
        return carryOut(oldest, new TimeoutError('lost'));
      case 'break':
        carryOut(oldest, new NoConnectionError());
        backend.suspend();
        await turn(1);
        return backend.up();
      case 'expire':
        return backend.replaceSession();
      case 'pause':
        return clock.advance(100);
      case 'kazoo':
    }
  }
}

/** A request that the servers refuse is answered, whatever becomes of the others. */
function carryOut(request: FakeRegistry['backend']['pending'][number] | undefined, error: Error): void {
  request?.fail(error, 'carried out');
}

/** A process with kazoo's Semaphore: it queues, takes a lease when it is first, leaves the queue, and releases. */
class Kazoo {
  readonly #store: FakeStore;
  readonly #slots: number;
  readonly #owner = 0xffn;
  #rounds = 0;
  #contender: string | undefined;
  #lease: string | undefined;

  constructor(store: FakeStore, slots: number) {
    this.#store = store;
    this.#slots = slots;
  }

  get holds(): boolean {
    return this.#lease !== undefined;
  }

  step(): void {
    const store = this.#store;
    if (this.#contender === undefined && this.#lease === undefined) this.#queue();
    else if (this.#contender !== undefined && this.#lease !== undefined) {
      store.delete(this.#contender);
      this.#contender = undefined;
    } else if (this.#lease !== undefined) {
      store.delete(this.#lease);
      this.#lease = undefined;
    } else this.#take();
  }

  #queue(): void {
    this.#rounds += 1;
    this.#contender = this.#store.nextInSequence(`${queue}/${this.#id}__lock__`);
    this.#store.create(this.#contender, bytes(''), this.#owner, null);
  }

  #take(): void {
    const [first] = queueOrder(this.#store.read(queue, 'names').children.keys());
    const held = this.#store.read(path, 'names').children.size;
    if (`${queue}/${first}` !== this.#contender || nextWhenFirst({ held, ours: false }, this.#slots, false) !== 'take')
      return;
    this.#lease = `${path}/${this.#id}`;
    this.#store.create(this.#lease, bytes(''), this.#owner, null);
  }

  get #id(): string {
    return String(this.#rounds).padStart(32, '0');
  }
}

const step: fc.Arbitrary<Step> = fc.record({
  event: fc.constantFrom<Event>(
    ...Array.from({ length: 12 }, () => 'answer' as const),
    ...([
      'acquire',
      'acquire',
      'release',
      'lose request',
      'lose answer',
      'lose answer',
      'break',
      'expire',
      'pause',
    ] as const),
    ...(['pause', 'kazoo', 'kazoo', 'kazoo'] as const),
  ),
  side: fc.nat(sides - 1),
});

test('whatever requests and answers are lost, there are never too many holders, all get their turn, and no node is left', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 2 }),
      fc.array(fc.record({ atomic: fc.boolean(), knowsStats: fc.boolean() }), { minLength: sides, maxLength: sides }),
      fc.array(step, { minLength: 20, maxLength: 150 }),
      async (slots, abilities, steps) => {
        const store = new FakeStore();
        store.put(path, bytes(slots));
        store.put(queue, null);
        const all = abilities.map(({ atomic, knowsStats }) => new Side(store, slots, atomic, knowsStats));
        const kazoo = new Kazoo(store, slots);
        const leases = (): number => store.read(path, 'names').children.size;
        const check = (): void => {
          const holders = all.filter(({ lock }) => lock.status).length + Number(kazoo.holds);
          expect(holders, 'holders').toBeLessThanOrEqual(slots);
          expect(leases(), 'leases').toBeLessThanOrEqual(slots);
        };
        for (const side of all) await side.start();
        for (const side of all) side.acquire();
        for (const { event, side } of steps) {
          if (event === 'kazoo') kazoo.step();
          else await all[side]?.apply(event);
          await turn(1);
          check();
        }
        for (const { registry } of all) registry.backend.heal();
        for (let rounds = 0; ; rounds += 1) {
          expect(rounds, 'a waiter waits for ever').toBeLessThan(200);
          if (kazoo.holds) kazoo.step();
          for (const { registry } of all) await registry.clock.advance(1_000);
          await turn(2);
          check();
          const waiting = all.filter(({ isSettled }) => !isSettled);
          for (const { lock } of all) if (lock.status) await lock.release();
          if (waiting.length === 0) break;
          kazoo.step();
        }
        while (kazoo.holds) kazoo.step();
        for (const { registry } of all) await registry.clock.advance(100_000);
        await turn(2);
        const left = [...store.read(path, 'names').children.keys(), ...store.read(queue, 'names').children.keys()];
        expect(left.filter((name) => !name.startsWith('0'.repeat(20)))).toEqual([]);
        for (const { registry } of all) await registry.stop();
      },
    ),
    { numRuns: 300 },
  );
});
