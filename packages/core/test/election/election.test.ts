import { describe, expect, it } from 'vitest';
import type { Leadership } from '../../src/election/leadership.js';
import { BackendError } from '../../src/errors/background-errors.js';
import { NoConnectionError, TimeoutError } from '../../src/errors/connection-errors.js';
import { LeadershipLostError } from '../../src/errors/lock-errors.js';
import type { LeadOptions } from '../../src/options/election-options.js';
import { type FakeRegistry, startedRegistry } from '../support/fake-registry.js';
import { FakeStore } from '../support/fake-store.js';
import '../support/guard.js';
import { Outcome, turn } from '@ndsr/test-support';

const path = '/election';

function candidatesOf({ store }: FakeRegistry): number {
  return store.read(path, 'names').children.size;
}

interface Term {
  readonly signal: AbortSignal;
  readonly leadership: Leadership;
  readonly end: (value: unknown) => void;
}

/** A candidate whose work ends when the test ends it. */
function campaign(registry: FakeRegistry, options: LeadOptions = {}): { led: Outcome<unknown>; terms: Term[] } {
  const terms: Term[] = [];
  const work = (signal: AbortSignal, leadership: Leadership): Promise<unknown> =>
    new Promise((end) => terms.push({ signal, leadership, end }));
  const led = new Outcome(registry.getElection(path, { name: 'me' }).lead(work, options));
  return { led, terms };
}

const lostAnswers = [new NoConnectionError(), new TimeoutError('no answer')];

describe('a leader', () => {
  it('whose servers stop answering is notified by our own clock before they can elect another candidate', async () => {
    const registry = await startedRegistry({ timeoutMs: 6_000 });
    const { led, terms } = campaign(registry);
    await turn();
    registry.backend.suspend(0);
    expect([terms[0]?.leadership.status, terms[0]?.signal.aborted]).toEqual([false, false]);
    await registry.clock.advance(5_399);
    expect(terms[0]?.signal.aborted).toBe(false);
    await registry.clock.advance(1);
    expect(terms[0]?.signal.reason).toBeInstanceOf(LeadershipLostError);
    expect(registry.logger.lines.filter((line) => line.includes('ERR_NDSR_LEADERSHIP_LOST')).length).toBe(1);
    // The servers were suspended: they resume the same session, with the contender of a former leader.
    registry.backend.up();
    await turn();
    expect(candidatesOf(registry)).toBe(0);
    expect(led.state).toBe('pending');
    terms[0]?.end('too late');
    await turn();
    expect(led.code).toBe('ERR_NDSR_LEADERSHIP_LOST');
    await registry.stop();
  });

  it('reads the correct state after the process was frozen, before any timer has run', async () => {
    const registry = await startedRegistry({ timeoutMs: 6_000 });
    const { led, terms } = campaign(registry);
    await turn();
    const thawedAt = registry.clock.now() + 60_000;
    registry.clock.now = () => thawedAt;
    expect([registry.phase, terms[0]?.leadership.status]).toEqual(['connected', false]);
    expect(terms[0]?.signal.aborted).toBe(true);
    terms[0]?.end('done');
    await turn();
    expect(led.code).toBe('ERR_NDSR_LEADERSHIP_LOST');
    await registry.stop();
  });

  it('whose work ends after the process was frozen, before any check, did not lead to the end', async () => {
    const registry = await startedRegistry({ timeoutMs: 6_000 });
    const { led, terms } = campaign(registry);
    await turn();
    const thawedAt = registry.clock.now() + 60_000;
    registry.clock.now = () => thawedAt;
    terms[0]?.end('done');
    await turn();
    expect(led.code).toBe('ERR_NDSR_LEADERSHIP_LOST');
    await registry.stop();
  });

  it.each(lostAnswers)(
    'leads and leaves nothing behind when the answer to its making is lost with a $name',
    async (error) => {
      const registry = await startedRegistry();
      registry.backend.failAfterwards('create', error);
      const { led, terms } = campaign(registry);
      await turn();
      await registry.clock.advance(1_000);
      expect([terms.length, candidatesOf(registry)]).toEqual([1, 1]);
      terms[0]?.end('done');
      await turn();
      expect([led.value, candidatesOf(registry)]).toEqual(['done', 0]);
      await registry.stop();
    },
  );

  it('that cannot delete its node causes a fault, and steps down later', async () => {
    const registry = await startedRegistry();
    const { led, terms } = campaign(registry);
    await turn();
    registry.backend.fail('remove', new BackendError('not today'), 1);
    terms[0]?.end('done');
    await turn();
    expect([led.value, candidatesOf(registry)]).toEqual(['done', 1]);
    expect(registry.faults.map(({ message }) => message)).toEqual(['not today']);
    await registry.clock.advance(1_000);
    expect(candidatesOf(registry)).toBe(0);
    await registry.stop();
  });
});

describe('a candidate', () => {
  it('with requeue does not queue again when its work fails while it leads, even with the loss of another election', async () => {
    const registry = await startedRegistry();
    const { led, terms } = campaign(registry, { requeue: true });
    await turn();
    const foreign = new LeadershipLostError('/another', 'its session ended');
    terms[0]?.end(Promise.reject(foreign));
    await turn();
    expect([led.error, terms.length, candidatesOf(registry)]).toEqual([foreign, 1, 0]);
    await registry.stop();
  });

  it('that ends its work by throwing the abort reason has thrown no error of its own, even if leadership is lost meanwhile', async () => {
    const registry = await startedRegistry();
    const abortion = new AbortController();
    const { led, terms } = campaign(registry, { signal: abortion.signal });
    await turn();
    abortion.abort(new Error('enough'));
    registry.backend.lose();
    terms[0]?.end(Promise.reject(abortion.signal.reason));
    await turn();
    expect(led.code).toBe('ERR_NDSR_LEADERSHIP_LOST');
    expect((led.error as Error).cause).toBeUndefined();
    await registry.stop();
  });

  it('whose session ends at any moment around its election either queues again before any work, or is notified', async () => {
    const outcomes = new Set<string>();
    for (let hops = 0; hops < 24; hops += 1) {
      const registry = await startedRegistry();
      const { backend } = registry;
      const loseLater = async (): Promise<void> => {
        for (let hop = 0; hop < hops; hop += 1) await undefined;
        backend.lose();
        backend.up();
      };
      const read = backend.read.bind(backend);
      let losing: Promise<void> | undefined;
      Object.assign(backend, {
        read: async (at: string, options: Parameters<typeof read>[1]) => {
          const node = await read(at, options);
          if (at.startsWith(`${path}/`)) losing ??= loseLater();
          return node;
        },
      });
      const { led, terms } = campaign(registry);
      await turn(10);
      const wasNotified = terms[0]?.signal.aborted === true;
      expect([terms.length, candidatesOf(registry)], `after ${hops} hops`).toEqual([1, wasNotified ? 0 : 1]);
      terms[0]?.end('done');
      await turn();
      expect(wasNotified ? led.code : led.value).toBe(wasNotified ? 'ERR_NDSR_LEADERSHIP_LOST' : 'done');
      await losing;
      outcomes.add(wasNotified ? 'notified' : 'queued again');
      await registry.stop();
    }
    expect(outcomes.size).toBe(2);
  });

  it('whose signal is aborted as it is elected runs no work, and leaves no node', async () => {
    const registry = await startedRegistry();
    const abortion = new AbortController();
    registry.backend.hold('read', 2);
    const { led, terms } = campaign(registry, { signal: abortion.signal });
    await turn();
    registry.backend.pending[0]?.answer();
    await turn();
    abortion.abort(new Error('enough'));
    registry.backend.pending[0]?.answer();
    await turn();
    expect([led.error, terms.length, candidatesOf(registry)]).toEqual([abortion.signal.reason, 0, 0]);
    await registry.stop();
  });

  it('with requeue rejects when a rebuild is given up meanwhile', async () => {
    const registry = await startedRegistry();
    const { led, terms } = campaign(registry, { requeue: true });
    await turn();
    registry.prepare = (backend) => {
      backend.reachable = false;
    };
    const rebuilt = new Outcome(registry.rebuild());
    await turn();
    expect(terms[0]?.signal.aborted).toBe(true);
    await registry.clock.advance(10_000);
    expect([rebuilt.code, registry.phase]).toEqual(['ERR_NDSR_NO_CONNECTION', 'idle']);
    terms[0]?.end('done');
    await turn();
    await registry.clock.advance(10_000);
    expect(led.code).toBe('ERR_NDSR_NO_CONNECTION');
    await registry.stop();
  });

  it('keeps the process alive until its work has ended, and leaves no timer', async () => {
    const registry = await startedRegistry({ keepAlive: undefined });
    const other = await startedRegistry({}, registry.store);
    const first = campaign(other);
    await turn();
    const { led, terms } = campaign(registry);
    await turn();
    expect(registry.clock.pendingForeground).toBeGreaterThan(0);
    first.terms[0]?.end('done');
    await turn();
    expect([terms.length, registry.clock.pendingForeground]).toEqual([1, 1]);
    terms[0]?.end('done');
    await turn();
    expect([led.state, registry.clock.pendingForeground]).toEqual(['fulfilled', 0]);
    await Promise.all([registry.stop(), other.stop()]);
    expect(registry.clock.pending).toBe(0);
  });
});

describe('reading the leader', () => {
  it('returns the next leader if the first one goes between two reads', async () => {
    const store = new FakeStore();
    const [registry, one, other] = [
      await startedRegistry({}, store),
      await startedRegistry({}, store),
      await startedRegistry({}, store),
    ];
    const first = campaign(one);
    await turn();
    void other.getElection(path, { name: 'other' }).lead(() => new Promise(() => undefined));
    await turn();
    registry.backend.hold('read', 2);
    const leader = new Outcome(registry.getElection(path).leader());
    await turn();
    registry.backend.pending[0]?.answer();
    await turn();
    first.terms[0]?.end('done');
    await turn();
    registry.backend.pending[0]?.answer();
    await turn();
    expect(leader.value).toBe('other');
    await Promise.all([registry, one, other].map((each) => each.stop()));
  });

  it.each(lostAnswers)('in a loop continues although a read fails with a $name', async (error) => {
    const registry = await startedRegistry();
    const { terms } = campaign(registry);
    await turn();
    registry.backend.fail('read', error, 1);
    const leaders = registry.getElection(path).watch();
    const next = new Outcome(leaders.next());
    await turn();
    expect(next.state).toBe('pending');
    await registry.clock.advance(100);
    expect(next.value).toEqual({ done: false, value: 'me' });
    await leaders.return?.();
    terms[0]?.end('done');
    await turn();
    await registry.stop();
    expect(registry.clock.pending).toBe(0);
  });

  it('in a loop rejects when the path cannot be read', async () => {
    const registry = await startedRegistry();
    const { terms } = campaign(registry);
    await turn();
    const error = new BackendError('not for you');
    registry.backend.fail('read', error, 1);
    const next = new Outcome(registry.getElection(path).watch().next());
    await turn();
    expect(next.error).toBe(error);
    terms[0]?.end('done');
    await turn();
    await registry.stop();
  });

  it('in a loop keeps the process alive only while it waits', async () => {
    const registry = await startedRegistry({ keepAlive: undefined });
    const leaders = registry.getElection(path).watch();
    expect((await leaders.next()).value).toBeUndefined();
    expect(registry.clock.pendingForeground).toBe(0);
    const next = new Outcome(leaders.next());
    await turn();
    expect(registry.clock.pendingForeground).toBe(1);
    await registry.stop();
    await turn();
    expect(next.value).toEqual({ done: true, value: undefined });
    expect(registry.clock.pending).toBe(0);
  });
});
