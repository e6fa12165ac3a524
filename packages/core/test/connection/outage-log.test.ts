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

/** The lines that report a restored connection. */
function recoveries(registry: FakeRegistry): string[] {
  return warnings(registry).filter((line) => line.startsWith('Connected '));
}

/** Events of the connection, and the passage of time. */
const steps: Record<string, (registry: FakeRegistry) => unknown> = {
  disconnects: ({ backend }) => backend.connected && backend.suspend(),
  'is lost': ({ backend }) => backend.connected && backend.lose(),
  'is lost meanwhile': ({ backend }) => backend.connected || backend.lose(),
  connects: ({ backend }) => backend.connected || backend.up(),
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
    [
      'a disconnect',
      ['disconnects', '1.5 s', 'connects', '10 s'],
      ['Connected again after 1.5 s: 3 registrations kept'],
    ],
    [
      'a lost session',
      ['is lost', '1.5 s', 'connects', '10 s'],
      ['Connected again after 1.5 s: 3 registrations restored'],
    ],
    [
      'a disconnect that becomes a lost session',
      ['disconnects', '1.5 s', 'is lost meanwhile', '0.4 s', 'connects', '10 s'],
      ['Connected again after 1.9 s: 3 registrations restored'],
    ],
    [
      'a connection that flaps: from the first disconnect to the last connection',
      [
        'disconnects',
        '0.4 s',
        'connects',
        '0.4 s',
        'disconnects',
        '0.4 s',
        'connects',
        '0.4 s',
        'is lost',
        '0.4 s',
        'connects',
        '10 s',
      ],
      ['Connected again after 2.0 s: 3 registrations restored'],
    ],
    [
      'two outages',
      ['disconnects', '0.4 s', 'connects', '1.5 s', 'disconnects', '1.5 s', 'connects', '1.5 s'],
      ['Connected again after 0.4 s: 3 registrations kept', 'Connected again after 1.5 s: 3 registrations kept'],
    ],
    ['one that continues', ['disconnects', '10 s', 'is lost meanwhile', '10 s'], []],
    ['one that has just ended', ['disconnects', '10 s', 'connects', '0.4 s'], []],
  ] as const)('%s', async (_, names, lines) => {
    const registry = await startedRegistry();
    for (const name of ['a', 'b', 'c']) await registry.setNode(`/service/${name}`);
    await applySteps(registry, names);
    expect(recoveries(registry)).toEqual(lines);
    if (lines.length > 0) expect(warnings(registry).at(-1)).toBe(lines.at(-1));
    await registry.stop();
  });

  it('names the server if the backend reports it', async () => {
    const registry = await startedRegistry();
    registry.backend.suspend();
    await registry.clock.advance(125_000);
    registry.backend.emit({ type: 'connected', session: { id: 99n, timeoutMs: 6_000 }, server: 'zk1:2181' });
    await registry.clock.advance(1_000);
    expect(recoveries(registry)).toEqual(['Connected again to zk1:2181 after 2 min 5 s']);
    await registry.stop();
  });

  it('is written once the registrations are restored, and uses the singular for one', async () => {
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

  it('does not wait for a registration that cannot be restored, and reports it', async () => {
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

  it('is written after a lazy start that reached no server at first', async () => {
    const registry = unreachable({ lazy: true });
    void registry.start();
    await registry.clock.advance(12_300);
    registry.backend.up();
    await registry.clock.advance(1_000);
    expect(recoveries(registry)).toEqual(['Connected after 12.3 s']);
    await registry.stop();
  });

  it('is written after a fault that prevented a connection, and after a deferred call', async () => {
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

  it('is written at stop if that is earlier; stop during an outage ends it without a line', async () => {
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

  it('is not written without an outage', async () => {
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

  it('is written once for each outage, and last, for any sequence of events', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom(...Object.keys(steps)), { maxLength: 30 }), async (names) => {
        const registry = await startedRegistry();
        await applySteps(registry, [...names, 'connects', '10 s']);
        expect(recoveries(registry).length).toBe(outagesIn([...names, 'connects', '10 s']));
        const all = warnings(registry);
        if (all.length > 0) expect(all.at(-1)).toMatch(/^Connected again after /);
        await registry.stop();
      }),
      { numRuns: 200 },
    );
  });
});

/** Counts the outages: an outage lasts until a connection has lasted for a second. */
function outagesIn(names: readonly string[]): number {
  let outages = 0;
  let isOut = false;
  let isConnected = true;
  let heldMs = 0;
  for (const name of names) {
    if (name === 'disconnects' || name === 'is lost') {
      isOut ||= isConnected;
      isConnected = false;
    } else if (name === 'connects') {
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
