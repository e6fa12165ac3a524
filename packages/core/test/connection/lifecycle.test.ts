import { describe, expect, it } from 'vitest';
import { BackendError } from '../../src/errors/background-errors.js';
import { NoConnectionError, StoppedError, TlsError } from '../../src/errors/connection-errors.js';
import { FakeRegistry, startedRegistry } from '../support/fake-registry.js';
import '../support/guard.js';
import { Outcome, turn } from '@ndsr/test-support';
import { expectQuiet, unreachable } from '../support/unreachable-registry.js';

describe('start', () => {
  it('opens nothing before it, and one backend for any number of calls', async () => {
    const registry = new FakeRegistry();
    await turn();
    expect(registry.backends).toHaveLength(0);
    expect(await Promise.all([registry.start(), registry.start(), registry.start()])).toEqual([true, true, true]);
    expect(await registry.start()).toBe(true);
    expect(registry.backends).toHaveLength(1);
    expect(registry.clock.pending).toBe(0);
    await registry.stop();
    await expectQuiet(registry);
  });

  it('rejects when no server answers in time, leaves nothing open, and may be called again', async () => {
    const registry = unreachable();
    const outcomes = [new Outcome(registry.start()), new Outcome(registry.start())];
    await registry.clock.advance(999);
    expect(outcomes.map(({ state }) => state)).toEqual(['pending', 'pending']);
    await registry.clock.advance(1);
    for (const { error } of outcomes) expect(error).toBeInstanceOf(NoConnectionError);
    expect(registry.phase).toBe('idle');
    await expectQuiet(registry);
    registry.prepare = () => undefined;
    expect(await registry.start()).toBe(true);
    expect(registry.backends).toHaveLength(2);
  });

  it('resolves to false with lazy, logs it, and keeps trying', async () => {
    const registry = unreachable({ lazy: true });
    const outcome = new Outcome(registry.start());
    await registry.clock.advance(1_000);
    expect(outcome.value).toBe(false);
    expect(registry.logger.lines).toContain('warn No server answered within 1000 ms; still trying');
    expect(registry.phase).toBe('connecting');
    expect(registry.backend.closed).toBe(false);
    registry.backend.up();
    expect(registry.phase).toBe('connected');
    expect(await registry.start()).toBe(true);
  });

  it('reports the last fault of the backend, and only one of this attempt', async () => {
    const registry = unreachable();
    const outcome = new Outcome(registry.start());
    await turn();
    registry.backend.emit({ type: 'fault', error: new TlsError('zk1:2281 has expired') });
    await registry.clock.advance(1_000);
    expect(outcome.error).toMatchObject({
      code: 'ERR_NDSR_NO_CONNECTION',
      message: 'No server answered within 1000 ms: zk1:2281 has expired',
      cause: { code: 'ERR_NDSR_TLS' },
    });
    const next = new Outcome(registry.start());
    await registry.clock.advance(1_000);
    expect(next.error).toMatchObject({ message: 'No server answered within 1000 ms' });
  });

  it('does not report faults from before or during a connection as the reason', async () => {
    const registry = unreachable({ lazy: true });
    const first = new Outcome(registry.start());
    await turn();
    registry.backend.emit({ type: 'fault', error: new TlsError('before') });
    await registry.clock.advance(1_000);
    expect(first.value).toBe(false);
    expect(registry.logger.lines).toContain('warn No server answered within 1000 ms: before; still trying');
    registry.backend.up();
    registry.backend.emit({ type: 'fault', error: new BackendError('while connected') });
    registry.backend.suspend();
    void registry.start();
    await registry.clock.advance(1_000);
    expect(registry.logger.lines).toContain('warn No server answered within 1000 ms; still trying');
  });

  it('waits for a broken connection, and does not close it when it does not return in time', async () => {
    const registry = await startedRegistry({ timeoutMs: 1_000 });
    registry.backend.suspend();
    const outcome = new Outcome(registry.start());
    await registry.clock.advance(1_000);
    expect(outcome.error).toBeInstanceOf(NoConnectionError);
    expect(registry.backend.closed).toBe(false);
    registry.backend.up();
    expect(registry.phase).toBe('connected');
  });

  it('rejects with the reason if the backend cannot be created, and tries again the next time', async () => {
    const registry = new FakeRegistry();
    const cause = new Error('not installed');
    registry.prepare = () => {
      throw cause;
    };
    await expect(registry.start()).rejects.toBe(cause);
    await expect(registry.get('/a')).rejects.toBe(cause);
    expect(registry.phase).toBe('idle');
    registry.prepare = () => undefined;
    expect(await registry.start()).toBe(true);
  });
});

describe('stop', () => {
  it('right after start wins: nothing stays open', async () => {
    const registry = new FakeRegistry();
    const start = new Outcome(registry.start());
    await registry.stop();
    await turn();
    expect(start.error).toBeInstanceOf(StoppedError);
    expect(registry.phase).toBe('stopped');
    await expectQuiet(registry);
  });

  it('while start waits for a connection ends it at once', async () => {
    const registry = unreachable();
    const start = new Outcome(registry.start());
    const get = new Outcome(registry.get('/a'));
    await turn();
    await registry.stop();
    await turn();
    expect([start.code, get.code]).toEqual(['ERR_NDSR_STOPPED', 'ERR_NDSR_STOPPED']);
    await expectQuiet(registry);
  });

  it('and another start, without awaiting either, end connected', async () => {
    const registry = new FakeRegistry();
    const first = new Outcome(registry.start());
    const stop = registry.stop();
    const second = new Outcome(registry.start());
    await stop;
    await turn();
    expect(first.code).toBe('ERR_NDSR_STOPPED');
    expect(second.value).toBe(true);
    expect(registry.phase).toBe('connected');
    const stopping = registry.stop();
    const third = new Outcome(registry.start());
    await stopping;
    await turn();
    expect(third.value).toBe(true);
    expect(registry.backends.filter(({ closed }) => !closed)).toHaveLength(1);
    await registry.stop();
    await expectQuiet(registry);
  });

  it('never rejects, even if the backend breaks its contract', async () => {
    const registry = await startedRegistry();
    const { backend } = registry;
    const close = backend.close.bind(backend);
    backend.close = async () => {
      await close();
      throw new Error('cannot close');
    };
    await registry.stop();
    expect(registry.faults.map(({ message }) => message)).toEqual(['cannot close']);
    await expectQuiet(registry);
  });

  it('abandons a backend that hangs', async () => {
    const registry = await startedRegistry({ requestTimeoutMs: 300 });
    registry.backend.closeHangs = true;
    const stop = new Outcome(registry.stop());
    const again = new Outcome(registry.stop());
    await registry.clock.advance(299);
    expect(stop.state).toBe('pending');
    await registry.clock.advance(1);
    expect([stop.state, again.state]).toEqual(['fulfilled', 'fulfilled']);
    await expectQuiet(registry);
  });

  it('ignores the backend from then on', async () => {
    const registry = await startedRegistry();
    const { backend } = registry;
    await registry.stop();
    backend.emit({ type: 'connected', session: { id: 9n, timeoutMs: 1 } });
    expect(registry.phase).toBe('stopped');
  });
});

describe('the connection', () => {
  it('reports faults of the backend', async () => {
    const registry = await startedRegistry();
    const error = new NoConnectionError('odd');
    registry.backend.emit({ type: 'fault', error });
    expect(registry.faults).toEqual([error]);
    expect(registry.phase).toBe('connected');
  });

  it('follows the backend through a disconnect, a lost session, and a reconnect', async () => {
    const registry = await startedRegistry();
    const states: boolean[] = [];
    registry.getState((connected) => states.push(connected));
    const { backend } = registry;
    backend.suspend();
    backend.up();
    backend.suspend();
    backend.lose();
    backend.up();
    backend.lose();
    expect(registry.told).toEqual([
      'phase suspended',
      'phase connected',
      'phase suspended',
      'phase lost',
      'phase connected',
      'phase lost',
    ]);
    expect(states).toEqual([true, false, true, false, true, false]);
  });
});
