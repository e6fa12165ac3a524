import { expect, test, vi } from 'vitest';
import { FakeClock } from '../../../zookeeper-js/test/support/fake-clock.js';
import { Pulse } from '../../src/library/pulse.js';

function pulseWith({ silentMs = 0, waitedMs = 0 }) {
  const clock = new FakeClock();
  const state = { silentMs, waitedMs };
  const probe = vi.fn();
  const stalled = vi.fn();
  const options = { silentMs: () => state.silentMs, waitedMs: () => state.waitedMs, probe, stalled };
  const pulse = new Pulse({ clock, timeoutMs: 1_000, ...options });
  return { clock, state, probe, stalled, pulse };
}

test('asks for a sign of life when nothing else is asked, also while answers are waited for', async () => {
  const { clock, probe } = pulseWith({ silentMs: 300, waitedMs: 300 });
  await clock.advance(1_000);
  expect(probe).toHaveBeenCalledTimes(4);
});

test('asks nothing while others ask', async () => {
  const { clock, probe } = pulseWith({ silentMs: 10 });
  await clock.advance(1_000);
  expect(probe).not.toHaveBeenCalled();
});

test('asks as soon as nothing was asked for a quarter, whenever the last one was', async () => {
  const { clock, state, probe } = pulseWith({ silentMs: 200 });
  await clock.advance(250);
  expect(probe).not.toHaveBeenCalled();
  state.silentMs = 250;
  await clock.advance(50);
  expect(probe).toHaveBeenCalledTimes(1);
});

test('calls a connection stalled, once, on which no answer comes for a whole timeout', async () => {
  const { clock, state, stalled } = pulseWith({ waitedMs: 999 });
  await clock.advance(1_000);
  expect(stalled).not.toHaveBeenCalled();
  state.waitedMs = 1_001;
  await clock.advance(1_000);
  expect(stalled).toHaveBeenCalledTimes(1);
});

test('after the event loop stood still what has arrived is read first', async () => {
  const { clock, state, stalled } = pulseWith({ waitedMs: 5_000 });
  await clock.stall(5_000, () => {
    state.waitedMs = 0;
  });
  expect(stalled).not.toHaveBeenCalled();
});

test('leaves no timer', async () => {
  const { clock, pulse } = pulseWith({});
  pulse.stop();
  expect(clock.pending).toBe(0);
});
