import { describe, expect, test } from 'vitest';
import { StableBytes } from '../../src/oracle/checks/stable-bytes.mjs';
import { untilRecovered } from '../../src/runners/soak/until-recovered.mjs';
import { bytes, changeServers, healthyObservation, ownOfFirst, refreshViews } from './healthy-observation.mjs';

/** @import { Observation } from '../../src/oracle/checks/violation.mjs' */
/** @import { SoakEnvironment } from '../../src/faults/soak-faults.mjs' */

/**
 * Runs with the given observations, one each second; the last one repeats.
 *
 * @param {readonly (Observation | Error)[]} observations
 * @param {{ lagMs?: number, ending?: string, resetMinority?: (servers: readonly string[]) => Promise<void> }} [options]
 */
function run(observations, { lagMs = 0, ending, resetMinority = async () => undefined } = {}) {
  let taken = 0;
  let lagged = 0;
  const environment = {
    workers: { all: [{ name: 'worker 0.0', ending }] },
    sleep: async () => undefined,
    isEnding: () => false,
  };
  return untilRecovered(/** @type {SoakEnvironment} */ (/** @type {unknown} */ (environment)), {
    limitMs: 5_000,
    watchMs: 10_000,
    stableBytes: new StableBytes(),
    resetMinority,
    lag: {
      get totalMs() {
        lagged += lagMs;
        return lagged - lagMs;
      },
    },
    now: () => taken * 1_000,
    observe: async () => {
      const observation = observations[Math.min(taken, observations.length - 1)];
      taken += 1;
      if (observation === undefined || observation instanceof Error) throw observation;
      return observation;
    },
  });
}

function broken() {
  return { ...healthyObservation(), connections: 9 };
}

describe('the environment has recovered', () => {
  test('when two observations in a row have no violation', async () => {
    expect(await run([broken(), broken(), healthyObservation()])).toMatchObject({ recovered: true, afterMs: 2_000 });
  });

  test('not when only one observation has none by chance', async () => {
    const outcome = await run([healthyObservation(), broken(), healthyObservation(), broken(), healthyObservation()]);
    expect(outcome).toMatchObject({ recovered: true, afterMs: 4_000 });
  });

  test('also when an observation failed before', async () => {
    expect(await run([new Error('no answer'), healthyObservation()])).toMatchObject({
      recovered: true,
      afterMs: 1_000,
    });
  });
});

describe('it is a failure', () => {
  test('when it never recovers', async () => {
    const outcome = await run([broken()]);
    expect(outcome).toMatchObject({ recovered: false, verdict: 'still so after 16.0 s' });
    expect(outcome).toMatchObject({ violations: [{ kind: 'connections' }] });
  });

  test('when it recovers too late, and the report says what was wrong at the limit', async () => {
    const outcome = await run([...Array.from({ length: 8 }, broken), healthyObservation()]);
    expect(outcome).toMatchObject({ recovered: false, verdict: 'late: recovered only after 8.0 s' });
    expect(outcome).toMatchObject({ violations: [{ kind: 'connections' }] });
  });

  test('when no observation succeeds', async () => {
    const outcome = await run([new Error('worker 0.0 did not report')]);
    expect(outcome).toMatchObject({ recovered: false, violations: [{ kind: 'no observation' }] });
  });

  test('at once when a worker reports something that must never happen', async () => {
    const observation = healthyObservation();
    observation.workers[0]?.report.trouble.push('unhandled rejection');
    expect(await run([observation, healthyObservation()])).toMatchObject({
      recovered: false,
      afterMs: 0,
      violations: [{ kind: 'trouble' }],
    });
  });

  test('when a worker has ended by itself', async () => {
    const outcome = await run([healthyObservation()], { ending: 'SIGSEGV' });
    expect(outcome).toMatchObject({
      recovered: false,
      violations: [{ text: 'worker 0.0 has ended by itself: SIGSEGV' }],
    });
  });

  test('when a registration comes back with other bytes', async () => {
    const observation = healthyObservation();
    changeServers(observation, (nodes) => {
      const node = nodes.get(ownOfFirst);
      if (node !== undefined) nodes.set(ownOfFirst, { ...node, text: bytes(0, 7).replace('2026', '2027') });
    });
    refreshViews(observation);
    expect(await run([healthyObservation(), observation])).toMatchObject({
      recovered: false,
      violations: [{ kind: 'wrong bytes' }],
    });
  });
});

test('the limit is extended by the time that the machine stood still', async () => {
  const observations = [...Array.from({ length: 8 }, broken), healthyObservation()];
  expect(await run(observations, { lagMs: 1_000 })).toMatchObject({ recovered: true, afterMs: 8_000 });
});

describe('split brain', () => {
  /** @param {number} differing how many of three servers have a state of their own */
  function divided(differing) {
    const observation = healthyObservation();
    const [one] = observation.serverStates;
    if (one === undefined) throw new Error('an observation without servers');
    const serverStates = ['one', 'two', 'three'].map((server, index) => {
      const nodes = new Map(one.nodes);
      const node = nodes.get(ownOfFirst);
      if (index < differing && node !== undefined)
        nodes.set(ownOfFirst, { ...node, stat: { ...node.stat, cversion: 100 + index } });
      return { server, nodes };
    });
    return { ...observation, serverStates };
  }

  /** @param {number} length */
  const always = (length, differing = 1) => Array.from({ length }, () => divided(differing));

  /** @param {readonly Observation[]} observations */
  async function resets(observations) {
    /** @type {(readonly string[])[]} */
    const reset = [];
    const outcome = await run(observations, { resetMinority: async (servers) => void reset.push(servers) });
    return { outcome, reset };
  }

  test('a server that differs for long is reset, and the limit starts again', async () => {
    const { outcome, reset } = await resets([
      ...always(13),
      ...Array.from({ length: 4 }, broken),
      healthyObservation(),
    ]);
    expect(reset).toEqual([['one']]);
    expect(outcome).toMatchObject({ recovered: true, afterMs: 4_000 });
  });

  test('a short difference is ignored', async () => {
    const { outcome, reset } = await resets([...always(3), healthyObservation()]);
    expect(reset).toEqual([]);
    expect(outcome).toMatchObject({ recovered: true });
  });

  test('a difference that keeps changing is ignored', async () => {
    const changing = Array.from({ length: 14 }, (_, index) => (index % 2 === 0 ? divided(1) : broken()));
    expect((await resets([...changing, healthyObservation()])).reset).toEqual([]);
  });

  test('fails when there is no majority', async () => {
    const { outcome, reset } = await resets(always(1, 2));
    expect(reset).toEqual([]);
    expect(outcome).toMatchObject({ recovered: false, verdict: 'still so after 16.0 s' });
  });

  test('fails when it happens again in the same round', async () => {
    const { outcome, reset } = await resets(always(1));
    expect(reset).toEqual([['one']]);
    expect(outcome).toMatchObject({ recovered: false });
  });
});
