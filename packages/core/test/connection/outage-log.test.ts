import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NotAuthorizedError } from '../../src/errors/access-errors.js';
import { BackendError } from '../../src/errors/background-errors.js';
import type { FakeRegistry } from '../support/fake-registry.js';
import { startedRegistry } from '../support/fake-registry.js';
import '../support/guard.js';
import { turn } from '@ndsr/test-support';
import { unreachable } from '../support/unreachable-registry.js';

function warnings({ logger }: FakeRegistry): string[] {
  return logger.lines.filter((line) => line.startsWith('warn ')).map((line) => line.slice('warn '.length));
}

/** Those that say that the connection is back. */
function recoveries(registry: FakeRegistry): string[] {
  return warnings(registry).filter((line) => line.startsWith('Connected '));
}

/** What happens to the connection, and time that passes. */
const steps: Record<string, (registry: FakeRegistry) => unknown> = {
  breaks: ({ backend }) => backend.connected && backend.suspend(),
  'is lost': ({ backend }) => backend.connected && backend.lose(),
  'is lost meanwhile': ({ backend }) => backend.connected || backend.lose(),
  comes: ({ backend }) => backend.connected || backend.up(),
  '0.4 s': ({ clock }) => clock.advance(400),
  '1.5 s': ({ clock }) => clock.advance(1_500),
  '10 s': ({ clock }) => clock.advance(10_000),
};

async function applySteps(registry: FakeRegistry, names: readonly string[]): Promise<void> {
  for (const name of names) {
    await steps[name]?.(registry);
    await turn();
  }
}

describe('the end of an outage is a WARN line', () => {
  it.each([
    ['a break', ['breaks', '1.5 s', 'comes', '10 s'], ['Connected again after 1.5 s: 3 registrations kept']],
    [
      'a lost session',
      ['is lost', '1.5 s', 'comes', '10 s'],
      ['Connected again after 1.5 s: 3 registrations restored'],
    ],
    [
      'a break that becomes a loss',
      ['breaks', '1.5 s', 'is lost meanwhile', '0.4 s', 'comes', '10 s'],
      ['Connected again after 1.9 s: 3 registrations restored'],
    ],
    [
      'a connection that flaps: from the first break to the last connection',
      ['breaks', '0.4 s', 'comes', '0.4 s', 'breaks', '0.4 s', 'comes', '0.4 s', 'is lost', '0.4 s', 'comes', '10 s'],
      ['Connected again after 2.0 s: 3 registrations restored'],
    ],
    [
      'two outages',
      ['breaks', '0.4 s', 'comes', '1.5 s', 'breaks', '1.5 s', 'comes', '1.5 s'],
      ['Connected again after 0.4 s: 3 registrations kept', 'Connected again after 1.5 s: 3 registrations kept'],
    ],
    ['one that goes on', ['breaks', '10 s', 'is lost meanwhile', '10 s'], []],
    ['one that has just ended', ['breaks', '10 s', 'comes', '0.4 s'], []],
  ] as const)('%s', async (_, names, lines) => {
    const registry = await startedRegistry();
    for (const name of ['a', 'b', 'c']) await registry.setNode(`/service/${name}`);
    await applySteps(registry, names);
    expect(recoveries(registry)).toEqual(lines);
    if (lines.length > 0) expect(warnings(registry).at(-1)).toBe(lines.at(-1));
    await registry.stop();
  });

  it('names the server, where the backend tells', async () => {
    const registry = await startedRegistry();
    registry.backend.suspend();
    await registry.clock.advance(125_000);
    registry.backend.emit({ type: 'connected', session: { id: 99n, timeoutMs: 6_000 }, server: 'zk1:2181' });
    await registry.clock.advance(1_000);
    expect(recoveries(registry)).toEqual(['Connected again to zk1:2181 after 2 min 5 s']);
    await registry.stop();
  });

  it('comes once the registrations are back, and counts one as one', async () => {
    const registry = await startedRegistry({ restorePerSecond: 1, restoreJitterMs: 0 });
    for (const name of ['a', 'b', 'c', 'd']) await registry.setNode(`/service/${name}`);
    await registry.unset('/service/d');
    registry.backend.lose();
    registry.backend.up();
    await registry.clock.advance(1_500);
    expect(recoveries(registry)).toEqual([]);
    await registry.clock.advance(3_000);
    expect(recoveries(registry)).toEqual(['Connected again after 0.0 s: 3 registrations restored']);
    await registry.unset('/service/a');
    await registry.unset('/service/b');
    registry.backend.replaceSession();
    await registry.clock.advance(5_000);
    expect(recoveries(registry).at(-1)).toBe('Connected again after 0.0 s: 1 registration restored');
    await registry.stop();
  });

  it('does not wait for a registration that cannot be restored, and says so', async () => {
    const registry = await startedRegistry();
    for (const name of ['a', 'b']) await registry.setNode(`/service/${name}`);
    registry.backend.lose();
    registry.backend.fail('create', new NotAuthorizedError('/service/a'));
    registry.backend.up();
    await registry.clock.advance(1_000);
    expect(recoveries(registry)).toEqual(['Connected again after 0.0 s: 1 registration restored, 1 not yet']);
    await registry.stop();
  });

  it('waits for a minute at most', async () => {
    const registry = await startedRegistry({ requestTimeoutMs: 120_000 });
    await registry.setNode('/a');
    registry.backend.lose();
    registry.backend.hold('create');
    registry.backend.up();
    await registry.clock.advance(59_000);
    expect(recoveries(registry)).toEqual([]);
    await registry.clock.advance(2_000);
    expect(recoveries(registry)).toEqual(['Connected again after 0.0 s: 0 registrations restored, 1 not yet']);
    await registry.stop();
  });

  it('comes after a lazy start that reached nobody at first', async () => {
    const registry = unreachable({ lazy: true });
    void registry.start();
    await registry.clock.advance(12_300);
    registry.backend.up();
    await registry.clock.advance(1_000);
    expect(recoveries(registry)).toEqual(['Connected after 12.3 s']);
    await registry.stop();
  });

  it('comes after a fault that kept it from connecting, and after a call that was put off', async () => {
    const faulty = unreachable();
    void faulty.start();
    await turn();
    faulty.backend.emit({ type: 'fault', error: new BackendError('odd') });
    await faulty.clock.advance(500);
    faulty.backend.up();
    await faulty.clock.advance(1_000);
    expect(recoveries(faulty)).toEqual(['Connected after 0.5 s']);
    await faulty.stop();
    const deferring = unreachable({ lazy: true, offline: 'defer' });
    void deferring.start();
    const deferred = deferring.setNode('/a');
    await deferring.clock.advance(1_000);
    expect(await deferred).toBe(false);
    deferring.backend.up();
    await deferring.clock.advance(1_000);
    expect(recoveries(deferring)).toEqual(['Connected after 1.0 s: 1 registration made']);
    await deferring.stop();
  });

  it('comes at stop, when that is sooner; stop during an outage ends it without a word', async () => {
    const registry = await startedRegistry();
    registry.backend.suspend();
    await registry.clock.advance(400);
    registry.backend.up();
    await registry.stop();
    expect(recoveries(registry)).toEqual(['Connected again after 0.4 s']);
    await registry.start();
    registry.backend.suspend();
    await registry.stop();
    await registry.start();
    await registry.clock.advance(5_000);
    expect(recoveries(registry)).toHaveLength(1);
    await registry.stop();
    expect(registry.clock.pending).toBe(0);
  });

  it('does not come where nothing was wrong', async () => {
    const registry = await startedRegistry();
    await registry.clock.advance(5_000);
    const unlucky = unreachable();
    const start = unlucky.start().catch(() => undefined);
    await unlucky.clock.advance(1_000);
    await start;
    unlucky.prepare = () => undefined;
    await unlucky.start();
    await unlucky.clock.advance(5_000);
    expect([...warnings(registry), ...warnings(unlucky)]).toEqual([]);
    await Promise.all([registry.stop(), unlucky.stop()]);
  });

  it('comes once for each outage, and last, whatever the connection does', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom(...Object.keys(steps)), { maxLength: 30 }), async (names) => {
        const registry = await startedRegistry();
        await applySteps(registry, [...names, 'comes', '10 s']);
        expect(recoveries(registry).length).toBe(outagesIn([...names, 'comes', '10 s']));
        const all = warnings(registry);
        if (all.length > 0) expect(all.at(-1)).toMatch(/^Connected again after /);
        await registry.stop();
      }),
      { numRuns: 200 },
    );
  });
});

/** How many outages there are: one goes on until a connection has held for a second. */
function outagesIn(names: readonly string[]): number {
  let outages = 0;
  let isOut = false;
  let isConnected = true;
  let heldMs = 0;
  for (const name of names) {
    if (name === 'breaks' || name === 'is lost') {
      isOut ||= isConnected;
      isConnected = false;
    } else if (name === 'comes') {
      if (!isConnected) heldMs = 0;
      isConnected = true;
    } else if (name.endsWith(' s')) {
      heldMs += Number.parseFloat(name) * 1_000;
      if (isOut && isConnected && heldMs >= 1_000) {
        outages += 1;
        isOut = false;
      }
    }
  }
  return outages;
}
