import { FakeClock, turn } from '@ndsr/test-support';
import { expect, test, vi } from 'vitest';
import { Heartbeat } from '../../src/library/heartbeat.js';

function heartbeatWith({
  idleMs = 0,
  waitedMs = 0,
  quietMs,
}: {
  idleMs?: number;
  waitedMs?: number;
  quietMs?: number;
}) {
  const clock = new FakeClock();
  const state = { idleMs, waitedMs, quietMs: quietMs ?? waitedMs };
  const probe = vi.fn();
  const onTimeout = vi.fn();
  const heartbeat = new Heartbeat({
    clock,
    timeoutMs: 1_200,
    idleMs: () => state.idleMs,
    waitedMs: () => state.waitedMs,
    quietMs: () => state.quietMs,
    probe,
    onTimeout,
  });
  return { clock, state, probe, onTimeout, heartbeat };
}

test('sends a probe if there is no other request, also while answers are pending', async () => {
  const { clock, probe } = heartbeatWith({ idleMs: 300, waitedMs: 300 });
  await clock.advance(1_200);
  expect(probe).toHaveBeenCalledTimes(4);
});

test('asks nothing while others ask', async () => {
  const { clock, probe } = heartbeatWith({ idleMs: 10 });
  await clock.advance(1_000);
  expect(probe).not.toHaveBeenCalled();
});

test('asks as soon as nothing was asked for a quarter, whenever the last one was', async () => {
  const { clock, state, probe } = heartbeatWith({ idleMs: 250 });
  await clock.advance(300);
  expect(probe).not.toHaveBeenCalled();
  state.idleMs = 300;
  await clock.advance(50);
  expect(probe).toHaveBeenCalledTimes(1);
});

test('calls a connection onTimeout, once, on which no answer came for two thirds of the timeout', async () => {
  const { clock, state, onTimeout } = heartbeatWith({ waitedMs: 799 });
  await clock.advance(1_200);
  expect(onTimeout).not.toHaveBeenCalled();
  state.waitedMs = state.quietMs = 800;
  await clock.advance(1_200);
  expect(onTimeout).toHaveBeenCalledTimes(1);
});

test('checks after those two thirds, not at the next quarter', async () => {
  const { clock, state, onTimeout } = heartbeatWith({ waitedMs: 600 });
  await clock.advance(300);
  state.waitedMs = state.quietMs = 800;
  await clock.advance(199);
  expect(onTimeout).not.toHaveBeenCalled();
  await clock.advance(1);
  expect(onTimeout).toHaveBeenCalledTimes(1);
});

test('does not time out without a request, or before a third of the timeout to answer it', async () => {
  const { clock, state, probe, onTimeout } = heartbeatWith({ idleMs: 5_000, waitedMs: 0, quietMs: 5_000 });
  await clock.advance(300);
  expect(probe).toHaveBeenCalledTimes(1);
  state.waitedMs = 399;
  await clock.advance(300);
  expect(onTimeout).not.toHaveBeenCalled();
  state.waitedMs = 400;
  await clock.advance(300);
  expect(onTimeout).toHaveBeenCalledTimes(1);
});

test('after the event loop stood still what has arrived is read first', async () => {
  const { clock, state, onTimeout } = heartbeatWith({ waitedMs: 5_000 });
  clock.stall(5_000);
  state.waitedMs = state.quietMs = 0;
  await turn();
  expect(onTimeout).not.toHaveBeenCalled();
});

test('leaves no timer', async () => {
  const { clock, heartbeat } = heartbeatWith({});
  heartbeat.stop();
  expect(clock.pending).toBe(0);
});
