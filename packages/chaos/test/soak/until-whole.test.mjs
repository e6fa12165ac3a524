import { describe, expect, test } from 'vitest';
import { LastingBytes } from '../../soak/check/lasting-bytes.mjs';
import { untilWhole } from '../../soak/until-whole.mjs';
import { bytes, changeTruth, lookAgain, ownOfFirst, wholeWorld } from './whole-world.mjs';

/** @import { Look } from '../../soak/check/finding.mjs' */
/** @import { Scene } from '../../soak/faults.mjs' */

/**
 * Plays looks, one each second; the last one again and again.
 *
 * @param {readonly (Look | Error)[]} looks
 * @param {{ lagMs?: number, ending?: string, mend?: (servers: readonly string[]) => Promise<void> }} [options]
 */
function play(looks, { lagMs = 0, ending, mend = async () => undefined } = {}) {
  let taken = 0;
  let lagged = 0;
  const scene = {
    crew: { workers: [{ name: 'worker 0.0', ending }] },
    sleep: async () => undefined,
    isEnding: () => false,
  };
  return untilWhole(/** @type {Scene} */ (/** @type {unknown} */ (scene)), {
    limitMs: 5_000,
    watchMs: 10_000,
    lastingBytes: new LastingBytes(),
    mend,
    lag: {
      get totalMs() {
        lagged += lagMs;
        return lagged - lagMs;
      },
    },
    now: () => taken * 1_000,
    look: async () => {
      const look = looks[Math.min(taken, looks.length - 1)];
      taken += 1;
      if (look === undefined || look instanceof Error) throw look;
      return look;
    },
  });
}

function broken() {
  return { ...wholeWorld(), connections: 9 };
}

describe('all is whole', () => {
  test('when two looks in a row find nothing', async () => {
    expect(await play([broken(), broken(), wholeWorld()])).toMatchObject({ whole: true, afterMs: 2_000 });
  });

  test('not when one look finds nothing by chance', async () => {
    const outcome = await play([wholeWorld(), broken(), wholeWorld(), broken(), wholeWorld()]);
    expect(outcome).toMatchObject({ whole: true, afterMs: 4_000 });
  });

  test('also when it took some tries to look', async () => {
    expect(await play([new Error('no answer'), wholeWorld()])).toMatchObject({ whole: true, afterMs: 1_000 });
  });
});

describe('it is a failure', () => {
  test('when it never comes right', async () => {
    const outcome = await play([broken()]);
    expect(outcome).toMatchObject({ whole: false, verdict: 'still so after 16.0 s' });
    expect(outcome).toMatchObject({ findings: [{ kind: 'connections' }] });
  });

  test('when it comes right too late, and it says what was wrong then', async () => {
    const outcome = await play([...Array.from({ length: 8 }, broken), wholeWorld()]);
    expect(outcome).toMatchObject({ whole: false, verdict: 'late: whole only after 8.0 s' });
    expect(outcome).toMatchObject({ findings: [{ kind: 'connections' }] });
  });

  test('when nothing can be seen', async () => {
    const outcome = await play([new Error('worker 0.0 did not report')]);
    expect(outcome).toMatchObject({ whole: false, findings: [{ kind: 'no look' }] });
  });

  test('at once when something has happened that must not', async () => {
    const look = wholeWorld();
    look.workers[0]?.report.trouble.push('unhandled rejection');
    expect(await play([look, wholeWorld()])).toMatchObject({
      whole: false,
      afterMs: 0,
      findings: [{ kind: 'trouble' }],
    });
  });

  test('when a worker has ended by itself', async () => {
    const outcome = await play([wholeWorld()], { ending: 'SIGSEGV' });
    expect(outcome).toMatchObject({ whole: false, findings: [{ text: 'worker 0.0 has ended by itself: SIGSEGV' }] });
  });

  test('when a registration comes back with other bytes', async () => {
    const look = wholeWorld();
    changeTruth(look, (nodes) => {
      const node = nodes.get(ownOfFirst);
      if (node !== undefined) nodes.set(ownOfFirst, { ...node, text: bytes(0, 7).replace('2026', '2027') });
    });
    lookAgain(look);
    expect(await play([wholeWorld(), look])).toMatchObject({ whole: false, findings: [{ kind: 'wrong bytes' }] });
  });
});

test('a machine that stood still has that much longer', async () => {
  const looks = [...Array.from({ length: 8 }, broken), wholeWorld()];
  expect(await play(looks, { lagMs: 1_000 })).toMatchObject({ whole: true, afterMs: 8_000 });
});

describe('servers of two minds', () => {
  /** @param {number} minds how many of three servers have a truth of their own */
  function divided(minds) {
    const look = wholeWorld();
    const [one] = look.truths;
    if (one === undefined) throw new Error('a world without servers');
    const truths = ['one', 'two', 'three'].map((server, index) => {
      const truth = new Map(one.truth);
      const node = truth.get(ownOfFirst);
      if (index < minds && node !== undefined)
        truth.set(ownOfFirst, { ...node, stat: { ...node.stat, cversion: 100 + index } });
      return { server, truth };
    });
    return { ...look, truths };
  }

  /** @param {number} length */
  const always = (length, minds = 1) => Array.from({ length }, () => divided(minds));

  /** @param {readonly Look[]} looks */
  async function mendings(looks) {
    /** @type {(readonly string[])[]} */
    const mended = [];
    const outcome = await play(looks, { mend: async (servers) => void mended.push(servers) });
    return { outcome, mended };
  }

  test('the one that differs from the others for long begins anew, and all has its time again', async () => {
    const { outcome, mended } = await mendings([...always(13), ...Array.from({ length: 4 }, broken), wholeWorld()]);
    expect(mended).toEqual([['one']]);
    expect(outcome).toMatchObject({ whole: true, afterMs: 4_000 });
  });

  test('a difference that passes is none', async () => {
    const { outcome, mended } = await mendings([...always(3), wholeWorld()]);
    expect(mended).toEqual([]);
    expect(outcome).toMatchObject({ whole: true });
  });

  test('a difference that changes has not stood still', async () => {
    const changing = Array.from({ length: 14 }, (_, index) => (index % 2 === 0 ? divided(1) : broken()));
    expect((await mendings([...changing, wholeWorld()])).mended).toEqual([]);
  });

  test('it is a failure where no majority agrees', async () => {
    const { outcome, mended } = await mendings(always(1, 2));
    expect(mended).toEqual([]);
    expect(outcome).toMatchObject({ whole: false, verdict: 'still so after 16.0 s' });
  });

  test('it is a failure when it happens again in the same round', async () => {
    const { outcome, mended } = await mendings(always(1));
    expect(mended).toEqual([['one']]);
    expect(outcome).toMatchObject({ whole: false });
  });
});
