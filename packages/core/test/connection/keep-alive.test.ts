import { describe, expect, it } from 'vitest';
import { NoConnectionError } from '../../src/errors/connection-errors.js';
import type { RegistryOptions } from '../../src/options/registry-options.js';
import { expectQuietAfterStop } from '../support/expect-quiet.js';
import { FakeRegistry, startedRegistry } from '../support/fake-registry.js';
import '../support/guard.js';
import { Outcome, turn } from '@ndsr/test-support';
import { unreachable } from '../support/unreachable-registry.js';

/** Left out, as far as the registry is concerned. */
const leftOut: RegistryOptions = { keepAlive: undefined };

function holds(registry: FakeRegistry): boolean {
  return registry.clock.pendingForeground > 0;
}

describe('keepAlive left out', () => {
  it('lets the process end while nothing is registered: after start, get, data and callbacks', async () => {
    const registry = await startedRegistry(leftOut);
    await registry.get('/a', { callback: () => undefined });
    await registry.setData('/b');
    registry.addCallback('/c', () => undefined);
    await turn();
    expect(holds(registry)).toBe(false);
  });

  it('keeps it while something is registered, through a break and a lost session, until it is withdrawn', async () => {
    const registry = await startedRegistry(leftOut);
    await registry.setNode('/a');
    await registry.setNode('/b');
    expect(holds(registry)).toBe(true);
    registry.backend.suspend();
    expect(holds(registry)).toBe(true);
    registry.backend.lose();
    expect(holds(registry)).toBe(true);
    registry.backend.up();
    await turn();
    await registry.unset('/a');
    expect(holds(registry)).toBe(true);
    await registry.unset('/b');
    expect(holds(registry)).toBe(false);
    await registry.clock.advance(1_000); // the line at the end of the outage
    expect(registry.clock.pending).toBe(0);
  });

  it('keeps it for weeks', async () => {
    const registry = await startedRegistry(leftOut);
    await registry.setNode('/a');
    await registry.clock.advance(2 ** 31);
    expect(holds(registry)).toBe(true);
    await expectQuietAfterStop(registry);
  });

  it('keeps it for a registration that was put off', async () => {
    const registry = await startedRegistry({ ...leftOut, offline: 'defer' });
    registry.backend.suspend();
    await registry.setData('/data');
    expect(holds(registry)).toBe(false);
    await registry.setNode('/a');
    expect(holds(registry)).toBe(true);
    await registry.unset('/a');
    expect(holds(registry)).toBe(false);
  });

  it('keeps it for no registration that failed', async () => {
    const registry = await startedRegistry(leftOut);
    registry.backend.hold('create');
    const failed = new Outcome(registry.setNode('/a'));
    await turn();
    registry.backend.suspend();
    await turn();
    expect(failed.error).toBeInstanceOf(NoConnectionError);
    expect(holds(registry)).toBe(false);
  });

  it('keeps it while a loop waits for its next snapshot, not while its body runs', async () => {
    const registry = await startedRegistry(leftOut);
    const stream = registry.watch('/a');
    await turn();
    expect(holds(registry)).toBe(false);
    await stream.next();
    expect(holds(registry)).toBe(false);
    const next = new Outcome(stream.next());
    const another = new Outcome(stream.next());
    expect(holds(registry)).toBe(true);
    registry.store.put('/a', null);
    await turn();
    expect([next.state, another.state]).toEqual(['fulfilled', 'pending']);
    expect(holds(registry)).toBe(true);
    registry.store.put('/a', new Uint8Array([1]));
    await turn();
    expect(holds(registry)).toBe(false);
    const last = new Outcome(stream.next());
    expect(holds(registry)).toBe(true);
    await stream.return?.();
    await turn();
    expect(last.state).toBe('fulfilled');
    expect(holds(registry)).toBe(false);
  });

  it('keeps it for a loop that began before the connection', async () => {
    const registry = unreachable({ ...leftOut, lazy: true });
    const next = new Outcome(registry.watch('/a').next());
    await registry.clock.advance(60_000);
    expect(next.state).toBe('pending');
    expect(holds(registry)).toBe(true);
    registry.backend.up();
    await turn();
    expect(next.state).toBe('fulfilled');
    expect(holds(registry)).toBe(false);
  });

  it('keeps it while a lock is held, through a break, until it is released', async () => {
    const registry = await startedRegistry(leftOut);
    const lock = registry.getLock('/lock');
    expect(holds(registry)).toBe(false);
    await lock.acquire();
    expect(holds(registry)).toBe(true);
    registry.backend.suspend();
    expect(holds(registry)).toBe(true);
    registry.backend.up();
    await lock.release();
    expect(holds(registry)).toBe(false);
    await expectQuietAfterStop(registry);
  });

  it('lets it end when a lock is lost', async () => {
    const registry = await startedRegistry(leftOut);
    await registry.acquireLock('/lock');
    registry.backend.lose();
    registry.backend.up();
    await turn();
    expect(holds(registry)).toBe(false);
  });

  it('keeps it while a lock is waited for, without end too', async () => {
    const registry = await startedRegistry(leftOut);
    const other = await startedRegistry({}, registry.store);
    await other.acquireLock('/lock');
    const abortion = new AbortController();
    const { signal } = abortion;
    const acquired = new Outcome(registry.acquireLock('/lock', { waitMs: Number.POSITIVE_INFINITY, signal }));
    await turn();
    expect([acquired.state, holds(registry)]).toEqual(['pending', true]);
    abortion.abort();
    await turn();
    expect([acquired.state, holds(registry)]).toEqual(['rejected', false]);
    await Promise.all([registry.stop(), other.stop()]);
  });

  it('lets it end after stop, and keeps it again after another start', async () => {
    const registry = await startedRegistry(leftOut);
    await registry.setNode('/a');
    const stop = registry.stop();
    await stop;
    expect(holds(registry)).toBe(false);
    await registry.start();
    expect(holds(registry)).toBe(true);
    await expectQuietAfterStop(registry);
  });
});

describe('keepAlive', () => {
  it('true keeps the process from start to stop', async () => {
    const registry = new FakeRegistry({ keepAlive: true });
    await turn();
    expect(holds(registry)).toBe(false);
    await registry.start();
    expect(holds(registry)).toBe(true);
    registry.backend.suspend();
    await registry.clock.advance(60_000);
    expect(holds(registry)).toBe(true);
    await expectQuietAfterStop(registry);
  });

  it('true lets it end when start failed', async () => {
    const registry = unreachable({ keepAlive: true });
    const start = new Outcome(registry.start());
    await registry.clock.advance(1_000);
    expect(start.state).toBe('rejected');
    expect(holds(registry)).toBe(false);
  });

  it('false lets it end though something is registered, a lock is held and a loop waits', async () => {
    const registry = await startedRegistry({ keepAlive: false });
    await registry.setNode('/a');
    await registry.acquireLock('/lock');
    const stream = registry.watch('/b');
    await stream.next();
    void stream.next();
    expect(holds(registry)).toBe(false);
    await registry.stop();
  });

  it.each([true, false, undefined])('%s: a call that waits keeps it', async (keepAlive) => {
    const registry = unreachable({ keepAlive, lazy: true, timeoutMs: 1_000 });
    void new Outcome(registry.start());
    await turn();
    expect(holds(registry)).toBe(true);
    await registry.clock.advance(1_000);
    registry.backend.up();
    await turn();
    registry.backend.hold('create');
    void new Outcome(registry.setData('/a'));
    await turn();
    expect(holds(registry)).toBe(true);
    await registry.stop();
  });

  it('false is refused where the backend cannot let go of the process', async () => {
    const registry = new FakeRegistry({ keepAlive: false });
    registry.prepare = (backend) => Object.assign(backend.capabilities, { letsProcessEnd: false });
    for (const call of [registry.start(), registry.setNode('/a'), registry.rebuild()]) {
      await expect(call).rejects.toMatchObject({
        code: 'ERR_NDSR_UNSUPPORTED',
        message: 'keepAlive: false cannot be had with fake: its sockets keep the process alive from start() to stop()',
      });
    }
    expect(registry.phase).toBe('idle');
    expect(registry.clock.pending).toBe(0);
  });

  it.each([true, undefined])('%s is not refused there', async (keepAlive) => {
    const registry = new FakeRegistry({ keepAlive });
    registry.prepare = (backend) => Object.assign(backend.capabilities, { letsProcessEnd: false });
    expect(await registry.start()).toBe(true);
    await registry.stop();
  });
});
