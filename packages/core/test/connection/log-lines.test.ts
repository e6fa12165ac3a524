import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FakeRegistry } from '../support/fake-registry.js';
import { startedRegistry } from '../support/fake-registry.js';
import '../support/guard.js';
import { turn } from '@ndsr/test-support';
import { unreachable } from '../support/unreachable-registry.js';

function warnings(registry: FakeRegistry): string[] {
  return registry.logger.lines.filter((line) => line.startsWith('warn'));
}

function phases(registry: FakeRegistry): number {
  return registry.told.filter((line) => line.startsWith('phase')).length;
}

/** Creates registrations with callbacks, which must survive all events. */
async function registerNodes(registry: FakeRegistry): Promise<void> {
  for (let i = 0; i < 20; i += 1) {
    await registry.setNode(`/service/n${i}`);
    registry.addCallback(`/service/n${i}`, () => undefined);
  }
  await registry.get('/service');
}

const connectionEvents: Record<string, (registry: FakeRegistry) => unknown> = {
  disconnects: ({ backend }) => backend.connected && backend.suspend(),
  'is lost': ({ backend }) => backend.lose(),
  'is lost, its nodes stay': ({ backend }) => backend.lose('ghost'),
  connects: ({ backend }) => backend.connected || backend.up(),
  'some time passes': ({ clock }) => clock.advance(700),
  'the session timeout passes': ({ clock }) => clock.advance(6_000),
  'a node is read': (registry) => registry.get('/never/seen'),
  'a node is written': (registry) => registry.setNode('/service/n3', { x: 1 }),
  'the process is frozen': ({ clock }) => clock.jump(7_000),
  'rebuild is called': (registry) => registry.rebuild(),
};

describe('a connection that breaks and comes back', () => {
  it('logs each change of its phase in one line, with the reason', async () => {
    const registry = await startedRegistry();
    await registerNodes(registry);
    registry.logger.lines.length = 0;
    for (let i = 0; i < 3; i += 1) {
      registry.backend.emit({ type: 'suspended', quietMs: 0, cause: new Error('the socket was closed') });
      await registry.clock.advance(6_000);
      registry.backend.lose();
      registry.backend.up();
      await turn();
    }
    expect(registry.logger.lines.slice(0, 3)).toEqual([
      'warn Connection suspended, session 0000000000000101: the socket was closed',
      'warn Connection lost, session 0000000000000101: no message from the servers for the session timeout',
      'info Connection connected, session 0000000000000102',
    ]);
    expect(registry.logger.lines).toHaveLength(9);
    await registry.stop();
  });

  it('never logs more than one line for a change of phase, for any sequence of events', async () => {
    const script = fc.array(fc.constantFrom(...Object.keys(connectionEvents)), { maxLength: 25 });
    await fc.assert(
      fc.asyncProperty(script, async (names) => {
        const registry = await startedRegistry({ timeoutMs: 6_000, restorePerSecond: 100, restoreJitterMs: 500 });
        await registerNodes(registry);
        registry.told.length = 0;
        registry.logger.lines.length = 0;
        for (const name of names) {
          const work = Promise.resolve(connectionEvents[name]?.(registry)).catch(() => undefined);
          await (name.endsWith('passes') ? work : turn(1));
        }
        await registry.clock.advance(30_000);
        // A frozen process that had lost its connection logs its new session besides the phases.
        const lines = warnings(registry).filter((line) => !line.endsWith('opening a new session'));
        const faults = registry.faults.length;
        expect(lines.length).toBeLessThanOrEqual(phases(registry) + faults);
        await registry.stop();
      }),
      { numRuns: 60 },
    );
  });

  it('logs once that no server answers a lazy start, regardless of the number of calls', async () => {
    const registry = unreachable({ lazy: true });
    const calls = Array.from({ length: 5 }, (_, i) => registry.setNode(`/n${i}`).catch(() => undefined));
    for (let i = 0; i < 5; i += 1) registry.addCallback(`/c${i}`, () => undefined);
    await registry.clock.advance(1_000);
    await Promise.all(calls);
    for (let i = 0; i < 5; i += 1) await registry.get(`/g${i}`).catch(() => undefined);
    await registry.clock.advance(60_000);
    expect(warnings(registry)).toEqual(['warn No server answered within 1000 ms; still trying']);
    registry.backend.up();
    await turn();
    registry.backend.suspend();
    expect(warnings(registry)).toHaveLength(2);
    await registry.stop();
  });
});
