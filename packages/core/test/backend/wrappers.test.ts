import { FakeClock } from '@ndsr/test-support';
import { describe, expect, it } from 'vitest';
import { DeadlineBackend } from '../../src/backend/deadline-backend.js';
import { ForwardingBackend } from '../../src/backend/forwarding-backend.js';
import { RateLimitBackend } from '../../src/backend/rate-limit-backend.js';
import { ReadOnlyBackend } from '../../src/backend/read-only-backend.js';
import type { ConnectionEvent, RegistryBackend } from '../../src/backend/registry-backend.js';
import { ReadOnlyError } from '../../src/errors/access-errors.js';
import { NoConnectionError, TimeoutError } from '../../src/errors/connection-errors.js';
import { NoNodeError } from '../../src/errors/node-errors.js';
import { FakeBackend } from '../support/fake-backend.js';
import { bytes } from '../support/fake-store.js';
import '../support/guard.js';
import { Outcome, turn } from '@ndsr/test-support';

const data = bytes({ a: 1 });

/** Every operation of the port. */
const operations: [string, (backend: RegistryBackend) => Promise<unknown>][] = [
  ['read', (backend) => backend.read('/a', { children: 'data' })],
  ['create', (backend) => backend.create('/b', { kind: 'persistent', data, replacing: null })],
  ['write', (backend) => backend.write('/a', data, 0)],
  ['remove', (backend) => backend.remove('/a', 0)],
];

async function connected(): Promise<FakeBackend> {
  const backend = new FakeBackend();
  backend.store.put('/a', data);
  backend.connect(() => undefined);
  await turn();
  return backend;
}

describe('ForwardingBackend', () => {
  it('forwards everything', async () => {
    const inner = new FakeBackend();
    inner.store.put('/a', data);
    const outer = new ForwardingBackend(inner);
    const events: ConnectionEvent[] = [];
    outer.connect((event) => events.push(event));
    await turn();
    expect(events.map(({ type }) => type)).toEqual(['connected']);
    expect([outer.name, outer.capabilities]).toEqual([inner.name, inner.capabilities]);
    const seen: unknown[] = [];
    const watch = outer.watch('/a', { children: 'names' }, { node: (node) => seen.push(node), fault: () => undefined });
    const outcomes = operations.map(([, operate]) => new Outcome(operate(outer)));
    await turn();
    expect(outcomes.map(({ state }) => state)).toEqual(['fulfilled', 'fulfilled', 'fulfilled', 'rejected']);
    expect(inner.requests).toEqual(['read /a data', 'create /b persistent', 'write /a 0', 'remove /a 0']);
    expect(seen.length).toBeGreaterThan(0);
    watch.dispose();
    expect(inner.watches.size).toBe(0);
    await outer.close();
    expect(inner.closed).toBe(true);
  });
});

describe('createAndRemove', () => {
  const wrap: Record<string, (inner: RegistryBackend) => RegistryBackend> = {
    forwarding: (inner) => new ForwardingBackend(inner),
    'read-only': (inner) => new ReadOnlyBackend(inner),
    deadline: (inner) => new DeadlineBackend(inner, { clock: new FakeClock(), deadlineMs: 100 }),
    'rate limit': (inner) => new RateLimitBackend(inner, { calls: 1, perMs: 100 }, new FakeClock()),
  };
  const options = { kind: 'ephemeral', data, removing: '/a' } as const;

  it.each(Object.keys(wrap))('is there through a %s wrapper if the inner backend has it', async (name) => {
    const inner = await connected();
    const outer = wrap[name]?.(inner);
    expect(outer?.createAndRemove).toBeDefined();
    inner.createAndRemove = undefined;
    expect(outer?.createAndRemove).toBeUndefined();
  });

  it.each(['forwarding', 'deadline', 'rate limit'])('is forwarded by a %s wrapper', async (name) => {
    const inner = await connected();
    const stat = await wrap[name]?.(inner).createAndRemove?.('/b', options);
    expect(stat).toEqual(inner.store.read('/b', 'none').stat);
    expect(inner.requests).toEqual(['create /b ephemeral removing /a']);
  });

  it('ends by the deadline', async () => {
    const inner = await connected();
    inner.hold('create');
    const clock = new FakeClock();
    const outer = new DeadlineBackend(inner, { clock, deadlineMs: 100 });
    const outcome = new Outcome(outer.createAndRemove?.('/b', options) ?? Promise.resolve(null));
    await clock.advance(100);
    expect(outcome.error).toBeInstanceOf(TimeoutError);
    await turn();
  });

  it('waits for its turn', async () => {
    const inner = await connected();
    const clock = new FakeClock();
    const outer = new RateLimitBackend(inner, { calls: 1, perMs: 100 }, clock);
    await outer.read('/a', { children: 'none' });
    const outcome = new Outcome(outer.createAndRemove?.('/b', options) ?? Promise.resolve(null));
    await turn();
    expect(inner.requests).toHaveLength(1);
    await clock.advance(100);
    expect(outcome.state).toBe('fulfilled');
  });

  it('is refused by a read-only registry', async () => {
    const inner = await connected();
    await expect(new ReadOnlyBackend(inner).createAndRemove?.('/b', options)).rejects.toBeInstanceOf(ReadOnlyError);
    expect(inner.requests).toEqual([]);
  });
});

describe('ReadOnlyBackend', () => {
  it('sends no write', async () => {
    const inner = await connected();
    const outer = new ReadOnlyBackend(inner);
    for (const [name, operate] of operations.filter(([one]) => one !== 'read')) {
      await expect(operate(outer), name).rejects.toBeInstanceOf(ReadOnlyError);
    }
    expect(inner.requests).toEqual([]);
  });

  it('forwards reads and watches', async () => {
    const inner = await connected();
    const outer = new ReadOnlyBackend(inner);
    expect((await outer.read('/a', { children: 'none' })).data).toEqual(data);
    outer.watch('/a', { children: 'none' }, { node: () => undefined, fault: () => undefined });
    expect(inner.watches.size).toBe(1);
  });
});

describe('DeadlineBackend', () => {
  it.each(operations)('ends a %s that was never answered, and leaves no timer', async (name, operate) => {
    const inner = await connected();
    const clock = new FakeClock();
    inner.hold(name as 'read');
    const outcome = new Outcome(operate(new DeadlineBackend(inner, { clock, deadlineMs: 100 })));
    await clock.advance(99);
    expect(outcome.state).toBe('pending');
    await clock.advance(1);
    expect(outcome.error).toBeInstanceOf(TimeoutError);
    expect(String(outcome.error)).toContain(`No answer to ${name} /`);
    expect(clock.pending).toBe(0);
    // The late answer has no effect.
    inner.pending[0]?.fail(new NoNodeError('/a'));
    await turn();
  });

  it.each(operations)('returns the answer of a %s unchanged, and leaves no timer', async (name, operate) => {
    const inner = await connected();
    const clock = new FakeClock();
    const outer = new DeadlineBackend(inner, { clock, deadlineMs: 100 });
    inner.fail(name as 'read', new NoNodeError('/a'));
    await expect(operate(outer)).rejects.toBeInstanceOf(NoNodeError);
    await operate(outer);
    expect(clock.pending).toBe(0);
  });

  it('abandons a close that hangs, without failing', async () => {
    const inner = await connected();
    inner.closeHangs = true;
    const clock = new FakeClock();
    const closing = new Outcome(new DeadlineBackend(inner, { clock, deadlineMs: 100 }).close());
    await clock.advance(99);
    expect(closing.state).toBe('pending');
    await clock.advance(1);
    expect(closing.state).toBe('fulfilled');
    expect(clock.pending).toBe(0);
  });

  it('rejects with the reason when a close fails', async () => {
    const inner = await connected();
    inner.close = async () => {
      throw new NoConnectionError();
    };
    const outer = new DeadlineBackend(inner, { clock: new FakeClock(), deadlineMs: 100 });
    await expect(outer.close()).rejects.toBeInstanceOf(NoConnectionError);
  });
});

describe('RateLimitBackend', () => {
  it('makes operations wait for their turn, in order', async () => {
    const inner = await connected();
    const clock = new FakeClock();
    const outer = new RateLimitBackend(inner, { calls: 1, perMs: 100 }, clock);
    const outcomes = operations.map(([, operate]) => new Outcome(operate(outer)));
    await turn();
    expect(inner.requests).toEqual(['read /a data']);
    await clock.advance(100);
    expect(inner.requests).toHaveLength(2);
    await clock.advance(200);
    expect(inner.requests).toEqual(['read /a data', 'create /b persistent', 'write /a 0', 'remove /a 0']);
    expect(outcomes.at(-1)?.code).toBe('ERR_NDSR_BAD_VERSION');
    expect(clock.pending).toBe(0);
  });

  it('does not limit watches', async () => {
    const inner = await connected();
    const outer = new RateLimitBackend(inner, { calls: 1, perMs: 100 }, new FakeClock());
    for (let i = 0; i < 5; i += 1) {
      outer.watch('/a', { children: 'none' }, { node: () => undefined, fault: () => undefined });
    }
    expect(inner.watches.size).toBe(5);
  });

  it('refuses waiting and later calls when it is closed; sends nothing and leaves no timer', async () => {
    const inner = await connected();
    const clock = new FakeClock();
    const outer = new RateLimitBackend(inner, { calls: 1, perMs: 100 }, clock);
    await outer.read('/a', { children: 'none' });
    const waiting = new Outcome(outer.read('/a', { children: 'none' }));
    await outer.close();
    await turn();
    expect(waiting.error).toBeInstanceOf(NoConnectionError);
    for (const [, operate] of operations) await expect(operate(outer)).rejects.toBeInstanceOf(NoConnectionError);
    expect(inner.requests).toHaveLength(1);
    expect(clock.pending).toBe(0);
  });
});
