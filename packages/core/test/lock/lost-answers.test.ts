import { describe, expect, it } from 'vitest';
import { NotAuthorizedError } from '../../src/errors/access-errors.js';
import { BackendError } from '../../src/errors/background-errors.js';
import { NoConnectionError, TimeoutError } from '../../src/errors/connection-errors.js';
import type { RegistryOptions } from '../../src/options/registry-options.js';
import { type FakeRegistry, startedRegistry as startRegistry } from '../support/fake-registry.js';
import '../support/guard.js';
import { Outcome, turn } from '@ndsr/test-support';

const path = '/lock';

function nodesOf({ store }: FakeRegistry): { leases: number; queue: number } {
  const count = (at: string): number => store.read(at, 'names').children.size;
  return { leases: count(path), queue: count(`${path}-__lock__`) };
}

/** Every request that creates a node. */
const creates = ['create', 'createSequential', 'createAndRemove'] as const;

/** Calls `before` before each request of these kinds, with its method. */
function intercept(
  { backend }: FakeRegistry,
  methods: readonly ('read' | 'remove' | (typeof creates)[number])[],
  around: (run: () => Promise<never>, path: string) => Promise<never>,
): void {
  for (const method of methods) {
    if (backend[method] === undefined) continue;
    const sound = backend[method].bind(backend) as (...args: unknown[]) => Promise<never>;
    Object.assign(backend, { [method]: (...args: unknown[]) => around(() => sound(...args), String(args[0])) });
  }
}

const lostAnswers = [new NoConnectionError(), new TimeoutError('no answer')];

/** Runs `run` after that many turns of the microtask queue. */
function afterMicrotasks(left: number, run: () => void): void {
  if (left === 0) run();
  else queueMicrotask(() => afterMicrotasks(left - 1, run));
}

describe.each([
  { how: 'that creates and removes in one step, and knows the stats', atomic: true, knowsStats: true },
  { how: 'that creates and removes in one step', atomic: true, knowsStats: false },
  { how: 'that creates, and then removes', atomic: false, knowsStats: false },
])('on a backend $how,', ({ atomic, knowsStats }) => {
  async function startedRegistry(options: RegistryOptions = {}): Promise<FakeRegistry> {
    const registry = await startRegistry(options);
    if (!atomic) registry.backend.createAndRemove = undefined;
    registry.backend.knowsStats = knowsStats;
    return registry;
  }

  describe.each(lostAnswers)('an answer that is lost with a $name', (error) => {
    it.each([1, 2, 3])('to create number %i, which was applied, has no effect and leaves no node', async (which) => {
      const registry = await startedRegistry();
      const lock = registry.getLock(path);
      const { backend } = registry;
      let created = 0;
      intercept(registry, creates, (run) => {
        created += 1;
        if (created === which) backend.failAfterwards('create', error);
        return run();
      });
      const acquired = new Outcome(lock.acquire());
      await turn();
      await registry.clock.advance(1_000);
      expect(acquired.value).toBe(true);
      expect(nodesOf(registry)).toEqual({ leases: 1, queue: 0 });
      expect(await lock.release()).toBe(true);
      expect(nodesOf(registry)).toEqual({ leases: 0, queue: 0 });
      await registry.stop();
    });

    it('to a removal is retried until it is certain', async () => {
      const registry = await startedRegistry();
      const lock = await registry.getLock(path).hold();
      registry.backend.fail('remove', error, 3);
      expect(await lock.release()).toBe(false);
      expect([lock.status, nodesOf(registry).leases]).toEqual([false, 1]);
      await registry.clock.advance(10_000);
      expect(nodesOf(registry)).toEqual({ leases: 0, queue: 0 });
      expect(registry.faults).toEqual([]);
      await registry.stop();
    });
  });

  describe('a lock', () => {
    it.each([
      ['a position in the queue', 2, 0],
      ['a lease', 3, 1],
    ])(
      'that cannot be acquired without the permission to %s is refused, and nothing continues in the background',
      async (_, which, removals) => {
        const registry = await startedRegistry();
        const { backend } = registry;
        let created = 0;
        intercept(registry, creates, async (run) => {
          created += 1;
          if (created === which) throw new NotAuthorizedError('/lock');
          return await run();
        });
        // A client that may not create can hardly remove.
        const remove = backend.remove.bind(backend);
        let removed = 0;
        backend.remove = async (at, version) => {
          removed += 1;
          if (which === 2 || !at.includes('__lock__')) throw new NotAuthorizedError(at);
          return await remove(at, version);
        };
        await expect(registry.getLock(path).acquire()).rejects.toBeInstanceOf(NotAuthorizedError);
        await registry.clock.advance(100_000);
        expect({ removed, faults: registry.faults }).toEqual({ removed: removals, faults: [] });
        await registry.stop();
      },
    );

    it('that cannot be released is reported as a fault, and retried', async () => {
      const registry = await startedRegistry();
      const lock = await registry.getLock(path).hold();
      registry.backend.fail('remove', new BackendError('not today'), 1);
      expect(await lock.release()).toBe(false);
      expect(registry.faults.map(({ message }) => message)).toEqual(['not today']);
      await registry.clock.advance(1_000);
      expect(nodesOf(registry)).toEqual({ leases: 0, queue: 0 });
      await registry.stop();
    });

    it('whose servers stop answering is lost by our own clock before they can grant it to another client, and removed afterwards', async () => {
      const registry = await startedRegistry({ timeoutMs: 6_000 });
      const lock = await registry.getLock(path).hold();
      const { lost } = lock;
      registry.backend.suspend(0);
      expect([lock.status, lost.aborted]).toEqual([false, false]);
      await registry.clock.advance(5_399);
      expect([lost.aborted, lock.fencingToken]).toEqual([false, expect.any(BigInt)]);
      await registry.clock.advance(1);
      expect([lost.aborted, lock.fencingToken]).toEqual([true, undefined]);
      expect(registry.logger.lines.filter((line) => line.includes('ERR_NDSR_LOCK_LOST')).length).toBe(1);
      // The servers were suspended: they resume the same session, with a lease that is no longer held.
      registry.backend.up();
      await turn();
      expect(nodesOf(registry)).toEqual({ leases: 0, queue: 0 });
      expect(lock.status).toBe(false);
      await registry.stop();
    });

    it('reports the correct state after the process was frozen, before any timer has run', async () => {
      const registry = await startedRegistry({ timeoutMs: 6_000 });
      const lock = await registry.getLock(path).hold();
      const thawedAt = registry.clock.now() + 60_000;
      registry.clock.now = () => thawedAt;
      expect(registry.phase).toBe('connected');
      expect(lock.status).toBe(false);
      expect([lock.lost.aborted, lock.fencingToken]).toEqual([true, undefined]);
      await registry.stop();
    });

    it('leaves no timer after a release, nor after a failed attempt', async () => {
      const registry = await startedRegistry();
      const lock = await registry.getLock(path).hold();
      expect(await registry.getLock(path).acquire({ waitMs: 0 })).toBe(false);
      await lock.release();
      expect(registry.clock.pendingForeground).toBe(0);
      await registry.stop();
      expect(registry.clock.pending).toBe(0);
    });

    it('stops waiting after a stop, even if a start follows at once', async () => {
      const registry = await startedRegistry();
      const held = registry.getLock(path);
      await held.acquire();
      const acquired = new Outcome(registry.getLock(path).acquire());
      await turn();
      const stopped = registry.stop();
      const started = registry.start();
      await Promise.all([stopped, started]);
      await turn(10);
      expect(acquired.code).toBe('ERR_NDSR_STOPPED');
      expect(nodesOf(registry)).toEqual({ leases: 0, queue: 0 });
      await registry.stop();
    });

    it.each(Array.from({ length: 16 }, (_, i) => i))(
      'whose session ends %i microtasks after its lease was created is not reported as held by the old session',
      async (microtasks) => {
        const registry = await startedRegistry();
        const { backend } = registry;
        let replaced = false;
        intercept(registry, ['create', 'createAndRemove'], async (run, at) => {
          const answer = await run();
          if (!replaced && at.startsWith(`${path}/`)) {
            replaced = true;
            afterMicrotasks(microtasks, () => backend.replaceSession());
          }
          return answer;
        });
        const lock = registry.getLock(path);
        const acquired = new Outcome(lock.acquire());
        await turn(10);
        await registry.clock.advance(1_000);
        expect(replaced).toBe(true);
        if (acquired.state === 'rejected') expect(acquired.error).toBeInstanceOf(NoConnectionError);
        else expect(acquired.value).toBe(true);
        expect(nodesOf(registry)).toEqual({ leases: lock.status ? 1 : 0, queue: 0 });
        await registry.stop();
      },
    );

    it.each(atomic ? [1, 2, 3, 4, 5, 6] : [1, 2, 3, 4, 5, 6, 7])(
      'whose session changes before answer %i arrives leaves no node of the old session in the new one',
      async (which) => {
        const registry = await startedRegistry();
        let answers = 0;
        intercept(registry, [...creates, 'read', 'remove'], async (run) => {
          const answer = await run();
          answers += 1;
          if (answers === which) registry.backend.replaceSession();
          return answer;
        });
        const lock = registry.getLock(path);
        await Promise.all([lock.acquire().catch(() => false), registry.clock.advance(1_000)]);
        await lock.release();
        await registry.clock.advance(1_000);
        expect(answers).toBeGreaterThanOrEqual(which);
        expect(nodesOf(registry)).toEqual({ leases: 0, queue: 0 });
        await registry.stop();
      },
    );

    it('whose session changes while it finds a free slot creates no lease for the old session', async () => {
      const registry = await startedRegistry();
      const { backend } = registry;
      const watch = backend.watch.bind(backend);
      let replaced = false;
      backend.watch = (at, options, observer) =>
        watch(at, options, {
          ...observer,
          node: (node) => {
            observer.node(node);
            if (replaced || at !== path) return;
            replaced = true;
            backend.replaceSession();
          },
        });
      const lock = registry.getLock(path);
      expect(await lock.acquire()).toBe(true);
      expect([replaced, nodesOf(registry)]).toEqual([true, { leases: 1, queue: 0 }]);
      await lock.release();
      expect(nodesOf(registry)).toEqual({ leases: 0, queue: 0 });
      await registry.stop();
    });
  });
});
