import { describe, expect, it } from 'vitest';
import { NoConnectionError, StoppedError } from '../../src/errors/connection-errors.js';
import { FakeRegistry, startedRegistry } from '../support/fake-registry.js';
import '../support/guard.js';
import { Outcome, turn } from '@ndsr/test-support';
import { expectQuiet, unreachable } from '../support/unreachable-registry.js';

describe('rebuild', () => {
  it('opens a new session through a new backend, and only one for any number of calls', async () => {
    const registry = await startedRegistry();
    const first = registry.backend;
    expect(await Promise.all([registry.rebuild(), registry.rebuild()])).toEqual([true, true]);
    expect(first.closed).toBe(true);
    expect(registry.backend.session?.id).not.toBe(first.session?.id);
    expect(registry.backends.filter(({ closed }) => !closed)).toHaveLength(1);
    expect(registry.told.filter((line) => line.startsWith('phase')).slice(0, 2)).toEqual([
      'phase lost',
      'phase connected',
    ]);
    await registry.stop();
    await expectQuiet(registry);
  });

  it('starts an idle registry', async () => {
    const registry = new FakeRegistry();
    expect(await registry.rebuild()).toBe(true);
  });

  it('while start waits makes both succeed', async () => {
    const registry = unreachable();
    const start = new Outcome(registry.start());
    await turn();
    registry.prepare = () => undefined;
    expect(await registry.rebuild()).toBe(true);
    await turn();
    expect(start.value).toBe(true);
    await registry.clock.advance(2_000);
    expect(registry.phase).toBe('connected');
    expect(registry.clock.pending).toBe(0);
  });

  it('keeps its backend when a start gives up', async () => {
    const registry = unreachable();
    const start = new Outcome(registry.start());
    await registry.clock.advance(600);
    const rebuild = new Outcome(registry.rebuild());
    await registry.clock.advance(500);
    expect(start.error).toBeInstanceOf(NoConnectionError);
    expect(rebuild.state).toBe('pending');
    registry.backend.up();
    await turn();
    expect(rebuild.value).toBe(true);
  });

  it('rejects when stopped, and is abandoned when stopped meanwhile', async () => {
    const registry = await startedRegistry();
    const rebuild = new Outcome(registry.rebuild());
    await registry.stop();
    await turn();
    expect(rebuild.error).toBeInstanceOf(StoppedError);
    expect(registry.phase).toBe('stopped');
    await expectQuiet(registry);
    await expect(registry.rebuild()).rejects.toBeInstanceOf(StoppedError);
  });

  it('that cannot create a backend leaves the registry ready for another attempt', async () => {
    const registry = await startedRegistry();
    registry.prepare = () => {
      throw new Error('gone');
    };
    await expect(registry.rebuild()).rejects.toThrow('gone');
    registry.prepare = () => undefined;
    expect(await registry.setNode('/a')).toBe(true);
  });

  it('that reaches no server rejects and leaves nothing open', async () => {
    const registry = await startedRegistry({ timeoutMs: 1_000 });
    registry.prepare = (backend) => {
      backend.reachable = false;
    };
    const rebuild = new Outcome(registry.rebuild());
    await registry.clock.advance(1_000);
    expect(rebuild.error).toBeInstanceOf(NoConnectionError);
    expect(registry.phase).toBe('idle');
    await expectQuiet(registry);
  });
});

describe('freshness, read by a phase listener', () => {
  it.each([
    ['lost', 'rebuild'],
    ['stopped', 'stop'],
  ] as const)(
    '%s: nothing is live any more, and all is as old as the last message from the servers',
    async (phase, call) => {
      const registry = await startedRegistry();
      await registry.get('/a');
      registry.backend.quietMs = 300;
      const observed: unknown[] = [];
      registry.on('phase', (event) => {
        if (event.phase === phase) observed.push(registry.freshness('/a'));
      });
      await registry[call]();
      const asOf = new Date(registry.clock.date().getTime() - 300);
      expect(observed).toEqual([{ origin: 'last-known', asOf, ageMs: 300, held: false }]);
      await registry.stop();
    },
  );
});
