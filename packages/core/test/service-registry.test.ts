import { describe, expect, it, vi } from 'vitest';
import { StoppedError } from '../src/errors/connection-errors.js';
import { expectQuietAfterStop } from './support/expect-quiet.js';
import { FakeRegistry, startedRegistry } from './support/fake-registry.js';
import './support/guard.js';
import { Outcome, turn } from '@ndsr/test-support';

/** Returns the error, whether the call throws or rejects. */
async function call(act: () => unknown): Promise<unknown> {
  return act();
}

const wrong = (value: unknown): never => value as never;

describe('a stopped registry', () => {
  it('refuses calls that need a connection, and still returns what it knows', async () => {
    const registry = await startedRegistry();
    const known = await registry.get('/a');
    await registry.stop();
    for (const act of [
      () => registry.get('/a'),
      () => registry.setNode('/a'),
      () => registry.setData('/a'),
      () => registry.unset('/a'),
      () => registry.addCallback('/a', () => undefined),
      () => registry.watch('/a'),
      () => registry.rebuild(),
    ]) {
      await expect(call(act)).rejects.toBeInstanceOf(StoppedError);
    }
    expect(registry.peek('/a')).toBe(known);
    expect(registry.freshness('/a')?.origin).toBe('last-known');
    expect(registry.getState()).toBe(false);
  });

  it('is the result of await using', async () => {
    let registry: FakeRegistry;
    {
      await using used = await startedRegistry();
      registry = used;
      await used.setNode('/a');
    }
    expect(registry.phase).toBe('stopped');
    expect(registry.store.has('/a')).toBe(false);
    await expectQuietAfterStop(registry);
  });
});

describe('getState', () => {
  it('calls back now and once per change, through stop and start', async () => {
    const registry = new FakeRegistry();
    const states: boolean[] = [];
    expect(registry.getState((connected) => states.push(connected))).toBe(false);
    await registry.start();
    expect(registry.getState()).toBe(true);
    registry.backend.suspend();
    registry.backend.lose();
    registry.backend.up();
    await registry.stop();
    await registry.start();
    expect(states).toEqual([false, true, false, true, false, true]);
  });

  it('reports a callback that throws or rejects, and keeps calling it', async () => {
    const registry = new FakeRegistry();
    const throws = vi.fn(() => {
      throw new Error('mine');
    });
    const rejects = vi.fn(async () => {
      throw new Error('mine too');
    });
    registry.getState(throws);
    registry.getState(rejects);
    await registry.start();
    await turn();
    expect([throws.mock.calls, rejects.mock.calls]).toEqual([
      [[false], [true]],
      [[false], [true]],
    ]);
    expect(registry.faults.map(({ code }) => code)).toEqual(Array(4).fill('ERR_NDSR_CALLBACK'));
  });
});

describe('events', () => {
  it('report phases with the session in hexadecimal, after the phase has changed', async () => {
    const registry = new FakeRegistry();
    const told: unknown[] = [];
    const off = registry.on('phase', ({ phase, previous, sessionId }) => {
      told.push([previous, phase, sessionId, registry.phase]);
    });
    await registry.start();
    const id = registry.backend.session?.id.toString(16).padStart(16, '0');
    registry.backend.suspend();
    off();
    await registry.stop();
    expect(told).toEqual([
      ['idle', 'connecting', null, 'connecting'],
      ['connecting', 'connected', id, 'connected'],
      ['connected', 'suspended', id, 'suspended'],
    ]);
  });

  it('are not disturbed by a listener that throws, nor by one that stops the registry', async () => {
    const registry = new FakeRegistry();
    const told: string[] = [];
    registry.on('phase', () => {
      throw new Error('mine');
    });
    registry.on('phase', ({ phase }) => {
      if (phase === 'connected') void registry.stop();
    });
    registry.on('phase', ({ phase }) => told.push(phase));
    const start = new Outcome(registry.start());
    await turn();
    expect(start.state).toBe('rejected');
    expect(told).toEqual(['connecting', 'connected', 'stopped']);
    expect(registry.faults.map(({ code }) => code)).toEqual(Array(3).fill('ERR_NDSR_CALLBACK'));
    await expectQuietAfterStop(registry);
  });
});

describe('the log', () => {
  it('has a line for each phase, warnings for trouble, and never data', async () => {
    const registry = await startedRegistry({ offline: 'defer' });
    await registry.setNode('/a', { password: 's3cret' });
    await registry.setData('/b', 's3cret');
    await turn();
    registry.store.put('/a', new TextEncoder().encode('s3cret'), 77n);
    await turn();
    registry.backend.suspend();
    await registry.setData('/b', 's3cret too');
    await registry.setNode('/c', wrong({ s: 1n })).catch(() => undefined);
    registry.backend.lose();
    await registry.stop();
    const log = registry.logger.lines.join('\n');
    expect(log).not.toContain('s3cret');
    expect(log).toMatch(/^info Connection connecting$/m);
    expect(log).toMatch(/^info Connection connected, session [0-9a-f]{16}$/m);
    expect(log).toMatch(/^warn Connection suspended, session [0-9a-f]{16}$/m);
    expect(log).toMatch(/^warn Connection lost, session [0-9a-f]{16}$/m);
    expect(log).toMatch(/^info Connection stopped$/m);
    expect(log).toMatch(/^warn \/b will|^warn Not connected; \/b will be set later$/m);
  });
});

describe('wrappers', () => {
  it('end a request that was never answered within its time limit', async () => {
    const registry = await startedRegistry({ requestTimeoutMs: 700 });
    registry.backend.hold('create');
    const outcome = new Outcome(registry.setNode('/a'));
    await registry.clock.advance(699);
    expect(outcome.state).toBe('pending');
    await registry.clock.advance(1);
    expect(outcome.code).toBe('ERR_NDSR_TIMEOUT');
    registry.backend.pending[0]?.fail(new Error('late'));
    await expectQuietAfterStop(registry);
  });

  it('make requests wait their turn, and release all of them on stop', async () => {
    const registry = await startedRegistry({ rateLimit: { calls: 2, perMs: 1_000 } });
    const calls = ['/a', '/b', '/c', '/d'].map((path) => new Outcome(registry.setNode(path)));
    await turn();
    expect(calls.map(({ state }) => state)).toEqual(['fulfilled', 'fulfilled', 'pending', 'pending']);
    await registry.clock.advance(500);
    expect(calls[2]?.state).toBe('fulfilled');
    await registry.stop();
    await turn();
    expect(calls[3]?.code).toBe('ERR_NDSR_NO_CONNECTION');
    await expectQuietAfterStop(registry);
  });
});
