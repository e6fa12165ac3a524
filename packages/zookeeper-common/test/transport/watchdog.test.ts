import { FakeClock, turn } from '@ndsr/test-support';
import { describe, expect, test } from 'vitest';
import { Watchdog } from '../../src/transport/watchdog.js';

const timeoutMs = 3000;

/** A watchdog on a connection whose server answers each probe, as long as `answering`. */
function setUp() {
  const clock = new FakeClock();
  const scene = { clock, probedAt: [] as number[], barkedAt: [] as number[], answering: true };
  const startedAt = clock.now();
  const at = () => clock.now() - startedAt;
  const watchdog: Watchdog = new Watchdog({
    clock,
    handshakeTimeoutMs: 500,
    probe: () => {
      scene.probedAt.push(at());
      if (scene.answering) watchdog.onAnswer();
    },
    onTimeout: () => scene.barkedAt.push(at()),
  });
  return Object.assign(scene, { watchdog });
}

describe('in the handshake', () => {
  test('silence ends a connection after its timeout', async () => {
    const { clock, barkedAt, probedAt } = setUp();
    await clock.advance(5000);
    expect(barkedAt).toEqual([500]);
    expect(probedAt).toEqual([]);
    expect(clock.pending).toBe(0);
  });

  test('an answer extends the time', async () => {
    const { clock, watchdog, barkedAt } = setUp();
    await clock.advance(400);
    watchdog.onAnswer();
    await clock.advance(400);
    expect(barkedAt).toEqual([]);
    await clock.advance(400);
    expect(barkedAt).toEqual([900]);
  });
});

describe('in the session', () => {
  test('probes at once and then at each third of the timeout', async () => {
    const { clock, watchdog, probedAt, barkedAt } = setUp();
    watchdog.established(timeoutMs);
    await clock.advance(3500);
    expect(probedAt).toEqual([0, 1000, 2000, 3000]);
    expect(barkedAt).toEqual([]);
  });

  test('probes also while much is received: that keeps no session alive', async () => {
    const { clock, watchdog, probedAt } = setUp();
    watchdog.established(timeoutMs);
    for (let step = 0; step < 30; step++) {
      watchdog.onAnswer();
      await clock.advance(100);
    }
    expect(probedAt).toEqual([0, 1000, 2000, 3000]);
  });

  test.each([0, 1, 400, 999])(
    'silence from %i ms on is noticed within two thirds of the timeout',
    async (quietFrom) => {
      const scene = setUp();
      scene.watchdog.established(timeoutMs);
      await scene.clock.advance(quietFrom);
      scene.watchdog.onAnswer();
      scene.answering = false;
      await scene.clock.advance(5000);
      expect(scene.barkedAt).toEqual([quietFrom + 2000]);
      expect(scene.clock.pending).toBe(0);
    },
  );

  test('silence after an answered request is noticed too', async () => {
    const scene = setUp();
    scene.answering = false;
    scene.watchdog.established(timeoutMs);
    await scene.clock.advance(1700);
    scene.watchdog.onAnswer();
    await scene.clock.advance(5000);
    // Heard at 1700, probed at 2000, and so lost at 1700 + 2000.
    expect(scene.barkedAt).toEqual([3700]);
  });
});

describe('after a stalled event loop', () => {
  test('answers that have arrived meanwhile count', async () => {
    const scene = setUp();
    scene.watchdog.established(timeoutMs);
    await scene.clock.advance(500);
    scene.answering = false;
    await scene.clock.advance(600); // probed, not answered yet
    scene.clock.stall(1500);
    scene.watchdog.onAnswer();
    await turn();
    expect(scene.barkedAt).toEqual([]);
  });

  test('the server is probed before it times out', async () => {
    const scene = setUp();
    scene.watchdog.established(timeoutMs);
    await scene.clock.advance(500);
    scene.clock.stall(2400);
    await turn();
    expect(scene.barkedAt).toEqual([]);
    await scene.clock.advance(2000);
    expect(scene.barkedAt).toEqual([]);
  });

  test('a silent server then has a third of the timeout to answer', async () => {
    const scene = setUp();
    scene.watchdog.established(timeoutMs);
    await scene.clock.advance(500);
    scene.answering = false;
    scene.clock.stall(2400);
    await turn();
    await scene.clock.advance(5000);
    expect(scene.barkedAt).toEqual([3900]);
  });
});

test('knows the time since the last answer', async () => {
  const { clock, watchdog } = setUp();
  await clock.advance(100);
  watchdog.onAnswer();
  await clock.advance(50);
  expect(watchdog.quietMs).toBe(50);
});

test('a stopped one leaves no timer and does nothing more', async () => {
  const scene = setUp();
  scene.watchdog.established(timeoutMs);
  scene.watchdog.stop();
  expect(scene.clock.pending).toBe(0);
  await scene.clock.advance(5000);
  expect(scene.probedAt).toEqual([0]);
  expect(scene.barkedAt).toEqual([]);
});

test('one that is stopped by its own probe leaves no timer', async () => {
  const clock = new FakeClock();
  const watchdog: Watchdog = new Watchdog({
    clock,
    handshakeTimeoutMs: 500,
    probe: () => watchdog.stop(),
    onTimeout: () => expect.unreachable(),
  });
  watchdog.established(timeoutMs);
  expect(clock.pending).toBe(0);
});
