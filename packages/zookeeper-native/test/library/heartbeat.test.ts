import { FakeClock, turn } from '@ndsr/test-support';
import { expect, test, vi } from 'vitest';
import { Pulse } from '../../src/library/pulse.js';

function pulseWith({
  silentMs = 0,
  waitedMs = 0,
  quietMs,
}: {
  silentMs?: number;
  waitedMs?: number;
  quietMs?: number;
}) {
  const clock = new FakeClock();
  const state = { silentMs, waitedMs, quietMs: quietMs ?? waitedMs };
  const probe = vi.fn();
  const stalled = vi.fn();
  const pulse = new Pulse({
    clock,
    timeoutMs: 1_200,
    silentMs: () => state.silentMs,
    waitedMs: () => state.waitedMs,
    quietMs: () => state.quietMs,
    probe,
    stalled,
  });
  return { clock, state, probe, stalled, pulse };
}

test('asks for a sign of life when nothing else is asked, also while answers are waited for', async () => {
  const { clock, probe } = pulseWith({ silentMs: 300, waitedMs: 300 });
  await clock.advance(1_200);
  expect(probe).toHaveBeenCalledTimes(4);
});

test('asks nothing while others ask', async () => {
  const { clock, probe } = pulseWith({ silentMs: 10 });
  await clock.advance(1_000);
  expect(probe).not.toHaveBeenCalled();
});

test('asks as soon as nothing was asked for a quarter, whenever the last one was', async () => {
  const { clock, state, probe } = pulseWith({ silentMs: 250 });
  await clock.advance(300);
  expect(probe).not.toHaveBeenCalled();
  state.silentMs = 300;
  await clock.advance(50);
  expect(probe).toHaveBeenCalledTimes(1);
});

test('calls a connection stalled, once, on which no answer came for two thirds of the timeout', async () => {
  const { clock, state, stalled } = pulseWith({ waitedMs: 799 });
  await clock.advance(1_200);
  expect(stalled).not.toHaveBeenCalled();
  state.waitedMs = state.quietMs = 800;
  await clock.advance(1_200);
  expect(stalled).toHaveBeenCalledTimes(1);
});

test('looks when those two thirds are over, not at the next quarter', async () => {
  const { clock, state, stalled } = pulseWith({ waitedMs: 600 });
  await clock.advance(300);
  state.waitedMs = state.quietMs = 800;
  await clock.advance(199);
  expect(stalled).not.toHaveBeenCalled();
  await clock.advance(1);
  expect(stalled).toHaveBeenCalledTimes(1);
});

test('blames nobody who was not asked, or who has not had a third of the timeout to answer', async () => {
  const { clock, state, probe, stalled } = pulseWith({ silentMs: 5_000, waitedMs: 0, quietMs: 5_000 });
  await clock.advance(300);
  expect(probe).toHaveBeenCalledTimes(1);
  state.waitedMs = 399;
  await clock.advance(300);
  expect(stalled).not.toHaveBeenCalled();
  state.waitedMs = 400;
  await clock.advance(300);
  expect(stalled).toHaveBeenCalledTimes(1);
});

test('after the event loop stood still what has arrived is read first', async () => {
  const { clock, state, stalled } = pulseWith({ waitedMs: 5_000 });
  clock.stall(5_000);
  state.waitedMs = state.quietMs = 0;
  await turn();
  expect(stalled).not.toHaveBeenCalled();
});

test('leaves no timer', async () => {
  const { clock, pulse } = pulseWith({});
  pulse.stop();
  expect(clock.pending).toBe(0);
});
