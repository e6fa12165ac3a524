import { describe, expect, it } from 'vitest';
import { NoConnectionError } from '../../src/errors/connection-errors.js';
import type { RegistryOptions } from '../../src/options/registry-options.js';
import { expectQuietAfterStop } from '../support/expect-quiet.js';
import { FakeRegistry, startedRegistry } from '../support/fake-registry.js';
import '../support/guard.js';
import { Outcome, turn } from '@ndsr/test-support';
import { unreachable } from '../support/unreachable-registry.js';

/** The same as leaving the option out. */
const leftOut: RegistryOptions = { keepAlive: undefined };

function holds(registry: FakeRegistry): boolean {
  return registry.clock.pendingForeground > 0;
}

describe('keepAlive left out', () => {
  it('lets the process end without a registration: after start, get, data and callbacks', async () => {
    const registry = await startedRegistry(leftOut);
    await registry.get('/a', { callback: () => undefined });
    await registry.setData('/b');
    registry.addCallback('/c', () => undefined);
    await turn();
    expect(holds(registry)).toBe(false);
  });

  it('keeps it alive while a node is registered, through a disconnect and a lost session, until it is unset', async () => {
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
    await registry.clock.advance(1_000); // the log line at the end of the outage
    expect(registry.clock.pending).toBe(0);
  });

  it('keeps it alive for weeks', async () => {
    const registry = await startedRegistry(leftOut);
    await registry.setNode('/a');
    await registry.clock.advance(2 ** 31);
    expect(holds(registry)).toBe(true);
    await expectQuietAfterStop(registry);
  });

  it('keeps it alive for a deferred registration', async () => {
    const registry = await startedRegistry({ ...leftOut, offline: 'defer' });
    registry.backend.suspend();
    await registry.setData('/data');
    expect(holds(registry)).toBe(false);
    await registry.setNode('/a');
    expect(holds(registry)).toBe(true);
    await registry.unset('/a');
    expect(holds(registry)).toBe(false);
  });

  it('does not keep it alive for a failed registration', async () => {
    const registry = await startedRegistry(leftOut);
    registry.backend.hold('create');
    const failed = new Outcome(registry.setNode('/a'));
    await turn();
    registry.backend.suspend();
    await turn();
    expect(failed.error).toBeInstanceOf(NoConnectionError);
    expect(holds(registry)).toBe(false);
  });

  it('keeps it alive while a loop waits for its next snapshot, not while its body runs', async () => {
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

  it('keeps it alive for a loop that began before the connection', async () => {
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

  it('keeps it alive while a lock is held, through a disconnect, until it is released', async () => {
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

  it('keeps it alive while a call waits for a lock, also without a limit', async () => {
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

  it('lets it end after stop, and keeps it alive again after another start', async () => {
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
  it('true keeps the process alive from start to stop', async () => {
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

  it.each([true, false, undefined])('%s: a waiting call keeps it alive', async (keepAlive) => {
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

  it('false is rejected if the backend cannot let the process end', async () => {
    const registry = new FakeRegistry({ keepAlive: false });
    registry.prepare = (backend) => Object.assign(backend.capabilities, { letsProcessEnd: false });
    for (const call of [registry.start(), registry.setNode('/a'), registry.rebuild()]) {
      await expect(call).rejects.toMatchObject({
        code: 'ERR_NDSR_UNSUPPORTED',
        message: 'keepAlive: false is not supported by fake: its sockets keep the process alive from start() to stop()',
      });
    }
    expect(registry.phase).toBe('idle');
    expect(registry.clock.pending).toBe(0);
  });

  it.each([true, undefined])('%s is not rejected there', async (keepAlive) => {
    const registry = new FakeRegistry({ keepAlive });
    registry.prepare = (backend) => Object.assign(backend.capabilities, { letsProcessEnd: false });
    expect(await registry.start()).toBe(true);
    await registry.stop();
  });
});
