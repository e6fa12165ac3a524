import { FakeClock, turn } from '@ndsr/test-support';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NameResolver } from '../../src/server-list/name-resolver.js';

interface PendingLookup {
  answer(...addresses: string[]): void;
  fail(): void;
}

/** A resolver whose lookups end when the test says so. */
function setUp(...hosts: string[]) {
  const clock = new FakeClock();
  const pending = new Map<string, PendingLookup>();
  const asked: string[] = [];
  const lookup = (host: string) =>
    new Promise<readonly string[]>((resolve, reject) => {
      expect(pending.has(host), `${host} is being looked up already`).toBe(false);
      asked.push(host);
      const ended = (): unknown => pending.delete(host);
      pending.set(host, {
        answer: (...addresses) => [ended(), resolve(addresses)],
        fail: () => [ended(), reject(new Error('ENOTFOUND'))],
      });
    });
  const servers = hosts.map((host) => ({ host, port: 2181 }));
  const failures: string[] = [];
  const resolver = new NameResolver(servers, {
    clock,
    random: () => 0.5,
    lookup,
    onFailure: (host, { message }) => failures.push(`${host}: ${message}`),
  });
  /** True if an attempt that begins now may go on. */
  const attempt = () => {
    const state = { ready: false };
    void resolver.ready().then(() => {
      state.ready = true;
    });
    return state;
  };
  const pendingOf = (host: string): PendingLookup => {
    const found = pending.get(host);
    if (found === undefined) throw new Error(`${host} is not being looked up`);
    return found;
  };
  return { clock, asked, pending, pendingOf, resolver, attempt, failures };
}

describe('a lookup that takes longer than any attempt', () => {
  test('is started once, shared by all attempts, and used when it is answered', async () => {
    const { clock, asked, pendingOf, resolver, attempt } = setUp('zk');
    const first = attempt();
    await clock.advance(60_000);
    const second = attempt();
    await clock.advance(60_000);
    expect([first.ready, second.ready, asked]).toEqual([false, false, ['zk']]);
    pendingOf('zk').answer('10.0.0.1');
    await turn(1);
    expect([first.ready, second.ready]).toEqual([true, true]);
    expect(resolver.addressesOf('zk')).toEqual(['10.0.0.1']);
    expect(clock.pending).toBe(0);
  });

  test('does not hold up an attempt for longer than a moment where an address is known, and is used by a later one', async () => {
    const { clock, pendingOf, resolver, attempt } = setUp('zk');
    attempt();
    pendingOf('zk').answer('10.0.0.1');
    await turn(1);
    const second = attempt();
    await clock.advance(250);
    expect(second.ready).toBe(true);
    expect(resolver.addressesOf('zk')).toEqual(['10.0.0.1']);
    const third = attempt();
    await turn(1);
    expect(third.ready, 'its time is up already').toBe(true);
    pendingOf('zk').answer('10.0.0.2');
    await turn(1);
    expect(resolver.addressesOf('zk')).toEqual(['10.0.0.2']);
  });

  test.each([['10.0.0.9'], ['other']])('does not hold up a server beside it: %s', async (beside) => {
    const { clock, pending, resolver, attempt } = setUp('zk', beside);
    const first = attempt();
    pending.get('other')?.answer('10.0.0.9');
    await clock.advance(250);
    expect(first.ready).toBe(true);
    expect([resolver.addressesOf('zk'), resolver.addressesOf(beside)]).toEqual([[], ['10.0.0.9']]);
    expect(clock.pending).toBe(0);
  });
});

test('all names are looked up at the same time, and again for each attempt', async () => {
  const { asked, pendingOf, attempt } = setUp('a', 'b', 'c');
  const first = attempt();
  expect(asked).toEqual(['a', 'b', 'c']);
  for (const host of ['a', 'b', 'c']) pendingOf(host).answer('10.0.0.1');
  await turn(1);
  expect(first.ready).toBe(true);
  attempt();
  expect(asked).toEqual(['a', 'b', 'c', 'a', 'b', 'c']);
});

test('addresses are never looked up, and no attempt waits for them', async () => {
  const { clock, asked, resolver, attempt } = setUp('127.0.0.1', '::1', 'fe80::1%eth0');
  const first = attempt();
  await turn(1);
  expect(first.ready).toBe(true);
  expect(resolver.addressesOf('fe80::1%eth0')).toEqual(['fe80::1%eth0']);
  expect([asked, clock.pending]).toEqual([[], 0]);
});

describe('a name that cannot be found', () => {
  test('is looked up again until it can, after pauses that grow to ten seconds', async () => {
    const { clock, asked, pendingOf, resolver, attempt } = setUp('zk');
    const first = attempt();
    const askedAt: number[] = [];
    while (askedAt.length < 12) {
      askedAt.push(clock.now());
      pendingOf('zk').fail();
      const before = asked.length;
      while (asked.length === before) await clock.advance(10);
    }
    const pauses = askedAt.slice(1).map((at, index) => at - (askedAt[index] ?? 0));
    expect(pauses[0]).toBeLessThanOrEqual(260);
    expect(Math.max(...pauses)).toBeLessThanOrEqual(10_010);
    expect(pauses).toEqual([...pauses].sort((one, other) => one - other));
    pendingOf('zk').answer('10.0.0.1');
    await turn(1);
    expect(first.ready).toBe(true);
    expect(resolver.addressesOf('zk')).toEqual(['10.0.0.1']);
  });

  test('keeps the addresses that it had', async () => {
    const { pendingOf, resolver, attempt } = setUp('zk');
    attempt();
    pendingOf('zk').answer('10.0.0.1', '::1');
    await turn(1);
    const second = attempt();
    pendingOf('zk').fail();
    await turn(1);
    expect(second.ready).toBe(true);
    expect(resolver.addressesOf('zk')).toEqual(['10.0.0.1', '::1']);
  });
});

test('a stopped one leaves no timer and resolves no waiting attempt', async () => {
  const { clock, pendingOf, resolver, attempt } = setUp('zk');
  const first = attempt();
  resolver.stop();
  expect(clock.pending).toBe(0);
  pendingOf('zk').answer('10.0.0.1');
  await clock.advance(60_000);
  expect(first.ready).toBe(false);
});

test('looks up real names', async () => {
  const resolver = new NameResolver([{ host: 'localhost', port: 1 }], { clock: new FakeClock(), random: () => 0 });
  await resolver.ready();
  expect(['127.0.0.1', '::1']).toContain(resolver.addressesOf('localhost')[0]);
});

/** Some of them for the host. */
const step = fc.record({
  what: fc.constantFrom('attempt', 'time passes', 'answer', 'fail'),
  host: fc.constantFrom('a', 'b'),
});

test('in every sequence: one lookup per name at a time, the last answer counts, and no attempt waits once there is an address', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
      const { clock, pending, resolver, attempt } = setUp('a', 'b');
      const known: Record<string, string[]> = { a: [], b: [] };
      const attempts: { ready: boolean }[] = [];
      for (const [index, { what, host }] of steps.entries()) {
        const lookup = pending.get(host);
        if (what === 'attempt') attempts.push(attempt());
        else if (what === 'time passes') await clock.advance(300);
        else if (what === 'fail') lookup?.fail();
        else if (lookup !== undefined) {
          known[host] = [`10.0.0.${index}`];
          lookup.answer(`10.0.0.${index}`);
        }
        await turn(1);
        for (const name of ['a', 'b']) expect(resolver.addressesOf(name)).toEqual(known[name]);
      }
      const hasAddress = [known.a, known.b].some((addresses) => addresses?.length === 1);
      await clock.advance(300);
      expect(attempts.map(({ ready }) => ready)).toEqual(attempts.map(() => hasAddress));
      if (hasAddress) expect(clock.pending).toBe(0);
    }),
    { numRuns: 300 },
  );
});

describe('why a name has no address', () => {
  test('is called for each failed lookup, and for one without an answer in time', async () => {
    const { clock, pendingOf, attempt, failures } = setUp('zk1', 'zk2', 'zk3');
    attempt();
    pendingOf('zk1').fail();
    pendingOf('zk2').answer();
    await turn(1);
    await clock.advance(250);
    expect(failures).toEqual([
      'zk1: ENOTFOUND',
      'zk2: its name has no address',
      'zk3: no answer from the name servers yet',
    ]);
  });

  test('is not called for a slow lookup while an address is known', async () => {
    const { clock, pendingOf, attempt, failures } = setUp('zk');
    attempt();
    pendingOf('zk').answer('10.0.0.1');
    await turn(1);
    attempt();
    await clock.advance(250);
    expect(failures).toEqual([]);
  });
});
