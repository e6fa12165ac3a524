import { describe, expect, test } from 'vitest';
import { type PlannedAttempt, ReconnectPolicy, type SessionView } from '../../src/retry/reconnect-policy.js';

const servers = ['a', 'b', 'c'].map((host) => ({ host, port: 2181 }));
const oneServer = servers.slice(0, 1);
const noSession: SessionView = { timeoutMs: 6000, lastContactAt: null };
const almostOne = () => 1 - Number.EPSILON;

/** Plans attempts that all fail at once. */
function attempts(policy: ReconnectPolicy, count: number, session = noSession, startAt = 0): PlannedAttempt[] {
  let now = startAt;
  return Array.from({ length: count }, () => {
    const attempt = policy.plan(now, session);
    now += attempt.delayMs;
    return attempt;
  });
}

const hosts = (planned: PlannedAttempt[]) => planned.map(({ server }) => server.host).join('');
const delays = (planned: PlannedAttempt[]) => planned.map(({ delayMs }) => Math.round(delayMs));

describe('the order of servers', () => {
  test.each([
    [[0, 0, 0], 'abcabc'],
    [[0.99, 0.99, 0.99], 'cbacba'],
    [[0.4, 0, 0], 'bacbac'],
  ])('is shuffled once by chance (%j), then round robin', (chances, expected) => {
    const left = [...chances];
    const policy = new ReconnectPolicy(servers, () => left.shift() ?? 0.5);
    expect(hosts(attempts(policy, 6))).toBe(expected);
  });

  test('goes on with the next server after a success', () => {
    const policy = new ReconnectPolicy(servers, () => 0);
    attempts(policy, 1);
    policy.succeeded();
    expect(hosts(attempts(policy, 2))).toBe('bc');
  });

  test('does not modify the given list', () => {
    const given = [...servers];
    new ReconnectPolicy(given, almostOne);
    expect(given).toEqual(servers);
  });
});

describe('the pause', () => {
  test('is none in the first pass, then doubles with each pass up to ten seconds', () => {
    const planned = attempts(new ReconnectPolicy(servers, almostOne), 30);
    const passes = Array.from({ length: 10 }, (_, pass) => delays(planned.slice(pass * 3, pass * 3 + 3)));
    const expected = [0, 100, 200, 400, 800, 1600, 3200, 6400, 10_000, 10_000];
    expect(passes).toEqual(expected.map((ms) => [ms, ms, ms]));
  });

  test('is a random part', () => {
    const policy = new ReconnectPolicy(oneServer, () => 0.25);
    expect(delays(attempts(policy, 4))).toEqual([0, 25, 50, 100]);
  });

  test('is at most a third of the timeout while the session may be alive', () => {
    const policy = new ReconnectPolicy(oneServer, almostOne);
    const session = { timeoutMs: 900, lastContactAt: -1 };
    // 100 + 200 + 300 + 300: the session may have ended then.
    expect(delays(attempts(policy, 7, session))).toEqual([0, 100, 200, 300, 300, 1600, 3200]);
  });

  test('begins anew after a success', () => {
    const policy = new ReconnectPolicy(oneServer, almostOne);
    attempts(policy, 5);
    policy.succeeded();
    expect(delays(attempts(policy, 3, noSession, 60_000))).toEqual([100, 100, 200]);
  });

  test('is a tenth of a second between attempts at a server that proves good and drops each time', () => {
    const policy = new ReconnectPolicy(oneServer, () => 0);
    const planned = Array.from({ length: 4 }, (_, number) => {
      policy.succeeded();
      return policy.plan(number * 100 + 5, noSession);
    });
    expect(delays(planned)).toEqual([0, 0, 0, 0]);
    policy.succeeded();
    expect(policy.plan(310, noSession).delayMs).toBe(95);
  });
});

describe('a server that is confirmed and then sends malformed frames', () => {
  /** Its pauses, each time answered well before it is broken. */
  const brokenDelays = (policy: ReconnectPolicy, count: number, startAt = 0) => {
    let now = startAt;
    return Array.from({ length: count }, () => {
      policy.succeeded();
      policy.ended(true);
      const { delayMs } = policy.plan(now, noSession);
      now += delayMs;
      return Math.round(delayMs);
    });
  };

  test('is tried with pauses that double, up to ten seconds', () => {
    const policy = new ReconnectPolicy(oneServer, almostOne);
    expect(brokenDelays(policy, 9)).toEqual([100, 200, 400, 800, 1600, 3200, 6400, 10_000, 10_000]);
  });

  test('starts again after a connection that ended for another reason', () => {
    const policy = new ReconnectPolicy(oneServer, almostOne);
    brokenDelays(policy, 6);
    policy.succeeded();
    policy.ended(false);
    expect(Math.round(policy.plan(60_000, noSession).delayMs)).toBe(100);
    expect(brokenDelays(policy, 2, 60_100)).toEqual([100, 200]);
  });
});

describe('the first attempt after a confirmed connection', () => {
  const afterSuccess = (list: typeof servers) => {
    const policy = new ReconnectPolicy(list, () => 0.5);
    const first = policy.plan(0, noSession).delayMs;
    policy.succeeded();
    return [first, policy.plan(60_000, noSession).delayMs];
  };

  test('waits up to a tenth of a second where there is no other server', () => {
    expect(afterSuccess(oneServer)).toEqual([0, 50]);
  });

  test('is made at once where there is another', () => {
    expect(afterSuccess(servers)).toEqual([0, 0]);
  });
});

/** Of 10,000 clients of one server that goes away for so long: the share that comes back in the busiest millisecond. */
function busiestShare(downMs: number): number {
  const fleet = 10_000;
  const arrivals = new Map<number, number>();
  const random = seeded(7);
  for (let client = 0; client < fleet; client += 1) {
    const at = Math.floor(backAt(downMs, random));
    arrivals.set(at, (arrivals.get(at) ?? 0) + 1);
  }
  return Math.max(...arrivals.values()) / fleet;
}

function backAt(downMs: number, random: () => number): number {
  const policy = new ReconnectPolicy(oneServer, random);
  policy.plan(-60_000, noSession);
  policy.succeeded();
  let now = 0;
  do {
    now += policy.plan(now, { timeoutMs: 6_000, lastContactAt: 0 }).delayMs;
  } while (now < downMs);
  return now;
}

/** Mulberry32. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

describe('ten thousand clients that lost one server together', () => {
  test.each([
    ['and it takes connections again at once', 0],
    ['and it is back after 200 ms', 200],
    ['and it is back after 3 s', 3_000],
  ])('do not come back in one millisecond (%s)', (_, downMs) => {
    const share = busiestShare(downMs);
    console.log(`down for ${downMs} ms: at most ${(share * 100).toFixed(2)} % in one millisecond`);
    expect(share).toBeLessThan(0.015);
  });
});

describe('the time for a handshake', () => {
  const timeouts = (list: typeof servers, timeoutMs: number, count: number) =>
    attempts(new ReconnectPolicy(list, almostOne), count, { timeoutMs, lastContactAt: null }).map((planned) =>
      Math.round(planned.handshakeTimeoutMs),
    );

  test('is a third of the timeout for one server, then more', () => {
    expect(timeouts(oneServer, 6000, 4)).toEqual([2000, 4000, 4000, 4000]);
  });

  test('is a sixth of the timeout for several, so that two more can be tried within the session', () => {
    expect(timeouts(servers, 6000, 10)).toEqual([1000, 1000, 1000, 2000, 2000, 2000, 4000, 4000, 4000, 4000]);
  });

  test('is half a second at least', () => {
    expect(timeouts(servers, 600, 7)).toEqual([500, 500, 500, 500, 500, 500, 500]);
  });
});
