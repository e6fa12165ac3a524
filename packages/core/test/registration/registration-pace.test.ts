import { describe, expect, it } from 'vitest';
import { NotAuthorizedError } from '../../src/errors/access-errors.js';
import { retryBackoff } from '../../src/registration/reconcile-schedule.js';
import { backoffMs } from '../../src/time/backoff.js';
import { expectQuietAfterStop } from '../support/expect-quiet.js';
import { type FakeRegistry, startedRegistry } from '../support/fake-registry.js';
import { bytes } from '../support/fake-store.js';
import '../support/guard.js';
import { Outcome, turn } from '@ndsr/test-support';

const slowly = { restorePerSecond: 100, restoreJitterMs: 1_000, random: () => 0.5, timeoutMs: 60_000 } as const;

/** A registry with the registrations `/n0`, `/n1`, …, all of them created. */
async function registered(count: number, options: object = {}): Promise<FakeRegistry> {
  const registry = await startedRegistry({ ...slowly, ...options });
  await Promise.all(Array.from({ length: count }, (_, i) => registry.setNode(`/n${i}`)));
  await turn();
  registry.news();
  registry.backend.requests.length = 0;
  return registry;
}

function countRegistered(registry: FakeRegistry, count: number): number {
  const id = registry.backend.session?.id;
  return Array.from({ length: count }, (_, i) => registry.store.owner(`/n${i}`)).filter((owner) => owner === id).length;
}

/** Waits for the log line at the end of the outage, which has a timer. */
async function outageReported({ clock }: FakeRegistry): Promise<void> {
  await clock.advance(1_000);
}

describe('registrations after a lost session', () => {
  it('are restored after a jitter, and then at the pace', async () => {
    const registry = await registered(50);
    registry.backend.lose();
    registry.backend.up();
    await registry.clock.advance(499);
    expect(registry.backend.requests).toEqual([]);
    await registry.clock.advance(101);
    expect(countRegistered(registry, 50)).toBe(11);
    await registry.clock.advance(1_000);
    expect(countRegistered(registry, 50)).toBe(50);
    expect(registry.backend.requests).toHaveLength(50);
    await expectQuietAfterStop(registry);
  });

  it('are paced after a rebuild, and after stop and start', async () => {
    const registry = await registered(10);
    await registry.rebuild();
    await registry.clock.advance(499);
    expect(countRegistered(registry, 10)).toBe(0);
    await registry.clock.advance(200);
    expect(countRegistered(registry, 10)).toBe(10);
    await registry.stop();
    await registry.start();
    await registry.clock.advance(499);
    expect(countRegistered(registry, 10)).toBe(0);
    await registry.clock.advance(200);
    expect(countRegistered(registry, 10)).toBe(10);
    await expectQuietAfterStop(registry);
  });

  it('yield at their turn if a competing owner has taken the path', async () => {
    const registry = await registered(2);
    registry.backend.lose();
    registry.store.put('/n0', bytes('competitor'), 77n);
    registry.backend.up();
    await turn();
    expect(registry.backend.requests).toEqual([]);
    await registry.clock.advance(600);
    expect(registry.news().slice(-2)).toEqual(['conflict /n0 000000000000004d', 'registered /n1']);
    expect(registry.backend.requests).toEqual(['create /n0 ephemeral', 'read /n0 none', 'create /n1 ephemeral']);
  });

  it('need no turn if our own clock was wrong and the nodes still exist', async () => {
    const registry = await registered(3);
    registry.backend.suspend();
    await registry.clock.advance(61_000);
    expect(registry.phase).toBe('lost');
    registry.backend.up();
    await turn();
    expect(registry.news().filter((line) => line.startsWith('registered'))).toHaveLength(3);
    await outageReported(registry);
    expect(registry.clock.pending).toBe(0);
    registry.store.delete('/n0');
    await turn();
    expect(registry.store.has('/n0')).toBe(true);
  });

  it('keep waiting for their turn when the connection breaks in the middle and resumes the session', async () => {
    const registry = await registered(50);
    registry.backend.lose();
    registry.backend.up();
    await registry.clock.advance(600);
    expect(countRegistered(registry, 50)).toBe(11);
    registry.backend.suspend();
    expect(registry.clock.nextIn).toBeGreaterThan(1_000); // our own lost clock, nothing else
    await registry.clock.advance(5_000);
    registry.backend.up();
    await registry.clock.advance(499);
    expect(countRegistered(registry, 50)).toBe(11);
    await registry.clock.advance(1_000);
    expect(countRegistered(registry, 50)).toBe(50);
    await expectQuietAfterStop(registry);
  });

  it('do not delay calls: setNode of another path or of a waiting one, and unset', async () => {
    const registry = await registered(50);
    registry.backend.lose();
    registry.backend.up();
    await turn();
    expect(await registry.setNode('/other')).toBe(true);
    expect(await registry.setNode('/n7')).toBe(true);
    expect(await registry.unset('/n8')).toBe(true);
    expect(registry.backend.requests.map((one) => one.split(' ').slice(0, 2).join(' '))).toEqual([
      'create /other',
      'create /n7',
      'read /n8',
    ]);
    await registry.clock.advance(2_000);
    expect(countRegistered(registry, 50)).toBe(49);
    expect(registry.store.has('/n8')).toBe(false);
    // 47 more: no turn for paths that were written meanwhile.
    expect(registry.backend.of('create')).toHaveLength(50);
    await expectQuietAfterStop(registry);
  });

  it('wait again if a call that overtook them fails', async () => {
    const registry = await registered(1);
    registry.backend.lose();
    registry.backend.up();
    await turn();
    registry.backend.fail('create', new NotAuthorizedError('/n0'));
    await expect(registry.setNode('/n0', { x: 2 })).rejects.toBeInstanceOf(NotAuthorizedError);
    expect(registry.backend.requests).toHaveLength(1);
    await registry.clock.advance(500);
    expect(countRegistered(registry, 1)).toBe(1);
  });

  it('leave no timer when the registry stops, is rebuilt or loses the connection while they wait', async () => {
    const registry = await registered(50);
    registry.backend.lose();
    registry.backend.up();
    await turn();
    expect(registry.clock.pending, 'the pace, and the log line at the end of the outage').toBe(2);
    registry.backend.lose();
    expect(registry.clock.pending).toBe(0);
    registry.backend.up();
    await registry.clock.advance(550);
    await expectQuietAfterStop(registry);
  });

  it('never exceed the limit per second, even if the session is lost repeatedly', async () => {
    const registry = await registered(60, { restorePerSecond: 20, restoreJitterMs: 0 });
    const created: number[] = [];
    registry.store.changed.add((path) => registry.store.has(path) && created.push(registry.clock.now()));
    for (let i = 0; i < 10; i += 1) {
      registry.backend.lose();
      await registry.clock.advance(100);
      registry.backend.up();
      await registry.clock.advance(700);
    }
    await registry.clock.advance(4_000);
    expect(countRegistered(registry, 60)).toBe(60);
    for (const from of created) {
      expect(created.filter((at) => at >= from && at < from + 1_000).length).toBeLessThanOrEqual(20);
    }
  });
});

describe('a connection that resumes its session', () => {
  it('needs no pace: a node that was deleted meanwhile is restored immediately', async () => {
    const registry = await registered(3);
    registry.backend.suspend();
    registry.store.delete('/n1');
    registry.backend.up();
    await turn();
    expect(countRegistered(registry, 3)).toBe(3);
    await outageReported(registry);
    expect(registry.clock.pending).toBe(0);
  });

  it('applies deferred writes at the pace', async () => {
    const registry = await registered(0, { offline: 'defer' });
    registry.backend.suspend();
    for (let i = 0; i < 20; i += 1) await registry.setNode(`/n${i}`);
    await registry.unset('/n0');
    registry.backend.up();
    await registry.clock.advance(499);
    expect(registry.backend.requests).toEqual([]);
    await registry.clock.advance(50);
    expect(countRegistered(registry, 20)).toBe(4);
    await registry.clock.advance(1_000);
    expect(countRegistered(registry, 20)).toBe(19);
    await expectQuietAfterStop(registry);
  });
});

describe('registrations that cannot be restored', () => {
  it('are tried again at the pace, after a pause of which half is random', async () => {
    const registry = await registered(30, { restoreJitterMs: 0 });
    registry.backend.fail('create', new NotAuthorizedError('/n'), 30);
    registry.backend.lose();
    registry.backend.up();
    await registry.clock.advance(400);
    expect(registry.faults).toHaveLength(30);
    expect(registry.backend.of('create')).toHaveLength(30);
    await registry.clock.advance(349);
    expect(registry.backend.of('create')).toHaveLength(30);
    await registry.clock.advance(400);
    expect(countRegistered(registry, 30)).toBe(30);
    await expectQuietAfterStop(registry);
  });

  it('are overtaken by a call', async () => {
    const registry = await registered(1);
    registry.backend.fail('create', new NotAuthorizedError('/n0'));
    registry.backend.lose();
    registry.backend.up();
    await registry.clock.advance(600);
    const call = new Outcome(registry.setNode('/n0'));
    await turn();
    expect(call.value).toBe(true);
    await outageReported(registry);
    expect(registry.clock.pending).toBe(0);
  });
});

describe('retryBackoff', () => {
  it.each([
    [0, 0, 1_000],
    [0, 1, 500],
    [1, 0, 2_000],
    [1, 0.5, 1_500],
    [4, 0, 16_000],
    [5, 0, 30_000],
    [5_000, 1, 15_000],
  ])('after %d failures, with the random number %d: %d', (failures, random, pauseMs) => {
    expect(backoffMs(failures, retryBackoff, () => random)).toBe(pauseMs);
  });
});
