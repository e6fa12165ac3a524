import { FakeClock } from '@ndsr/test-support';
import { describe, expect, it } from 'vitest';
import { Connection } from '../../src/connection/connection.js';
import '../support/guard.js';
import { Outcome, turn } from '@ndsr/test-support';

const session = { id: 1n, timeoutMs: 1_000 };

function open(): { clock: FakeClock; connection: Connection; phases: string[] } {
  const clock = new FakeClock();
  const connection = new Connection(clock);
  const phases: string[] = [];
  connection.subscribe((state, previous) => phases.push(`${previous.phase} > ${state.phase}`));
  return { clock, connection, phases };
}

describe('Connection', () => {
  it('notifies of changes only, and after they have happened', () => {
    const { connection, phases } = open();
    let seen: string | undefined;
    const off = connection.subscribe((state) => {
      seen = state.phase === connection.phase ? state.phase : 'not yet';
    });
    connection.dispatch({ type: 'start' });
    connection.dispatch({ type: 'start' });
    connection.dispatch({ type: 'connected', session });
    connection.dispatch({ type: 'connected', session: { ...session } });
    expect(phases).toEqual(['idle > connecting', 'connecting > connected']);
    expect(seen).toBe('connected');
    expect(connection.session).toEqual(session);
    off();
    connection.dispatch({ type: 'stop' });
    expect(seen).toBe('connected');
    expect(connection.session).toBeUndefined();
    expect(connection.state).toEqual({ phase: 'stopped' });
  });

  it('notifies every listener of one change before any of the next, even if a listener causes it', () => {
    const { connection } = open();
    const notified: string[] = [];
    connection.subscribe((state) => {
      if (state.phase === 'connected') connection.dispatch({ type: 'stop' });
    });
    connection.subscribe((state, previous) => notified.push(`${previous.phase} > ${state.phase}`));
    connection.dispatch({ type: 'start' });
    connection.dispatch({ type: 'connected', session });
    expect(notified).toEqual(['idle > connecting', 'connecting > connected', 'connected > stopped']);
    expect(connection.phase).toBe('stopped');
  });

  it('keeps notifying after a listener threw against its contract', () => {
    const { connection, phases } = open();
    const off = connection.subscribe(() => {
      throw new Error('mine');
    });
    expect(() => connection.dispatch({ type: 'start' })).toThrow('mine');
    off();
    connection.dispatch({ type: 'stop' });
    expect(phases).toEqual(['idle > connecting', 'connecting > stopped']);
  });

  it('declares a session lost by its own clock, counted from the last message', async () => {
    const { clock, connection, phases } = open();
    connection.dispatch({ type: 'start' });
    connection.dispatch({ type: 'connected', session });
    expect(clock.pending).toBe(0);
    connection.dispatch({ type: 'suspended', quietMs: 400 });
    await clock.advance(599);
    expect(connection.phase).toBe('suspended');
    await clock.advance(1);
    expect(phases.at(-1)).toBe('suspended > lost');
    expect(clock.pending).toBe(0);
  });

  it.each([0.3, 0.9])('also declares it when timers fire %d ms too early', async (earlyMs) => {
    const { clock, connection } = open();
    clock.earlyMs = earlyMs;
    connection.dispatch({ type: 'start' });
    connection.dispatch({ type: 'connected', session });
    connection.dispatch({ type: 'suspended', quietMs: 0 });
    await clock.advance(1_001);
    expect(connection.phase).toBe('lost');
    expect(clock.pending).toBe(0);
  });

  it('declares it at once when the timeout has already passed', async () => {
    const { clock, connection } = open();
    connection.dispatch({ type: 'start' });
    connection.dispatch({ type: 'connected', session });
    connection.dispatch({ type: 'suspended', quietMs: 5_000 });
    expect(connection.phase).toBe('suspended');
    await clock.advance(0);
    expect(connection.phase).toBe('lost');
  });

  it.each(['connected', 'stop', 'lost'] as const)('stops its clock when it is %s', (type) => {
    const { clock, connection } = open();
    connection.dispatch({ type: 'start' });
    connection.dispatch({ type: 'connected', session });
    connection.dispatch({ type: 'suspended', quietMs: 0 });
    expect(clock.pending).toBe(1);
    expect(clock.pendingForeground).toBe(0);
    connection.dispatch(type === 'connected' ? { type, session } : { type });
    expect(clock.pending).toBe(0);
  });

  it('sets no timer for a session without a timeout', () => {
    const { clock, connection } = open();
    connection.dispatch({ type: 'start' });
    connection.dispatch({ type: 'connected', session: { id: 1n, timeoutMs: Number.POSITIVE_INFINITY } });
    connection.dispatch({ type: 'suspended', quietMs: 0 });
    expect(clock.pending).toBe(0);
  });

  it('accepts the same session again after its own clock gave it up', async () => {
    const { clock, connection, phases } = open();
    connection.dispatch({ type: 'start' });
    connection.dispatch({ type: 'connected', session });
    connection.dispatch({ type: 'suspended', quietMs: 0 });
    await clock.advance(1_000);
    connection.dispatch({ type: 'connected', session });
    expect(phases.at(-1)).toBe('lost > connected');
  });
});

describe('whenConnected', () => {
  it('resolves to true at once when connected', async () => {
    const { clock, connection } = open();
    connection.dispatch({ type: 'start' });
    connection.dispatch({ type: 'connected', session });
    expect(await connection.whenConnected(1_000)).toBe(true);
    expect(clock.pending).toBe(0);
  });

  it.each([
    ['true once connected', true, (one: Connection) => one.dispatch({ type: 'connected', session })],
    ['false when it is stopped', false, (one: Connection) => one.dispatch({ type: 'stop' })],
    ['false when the start is abandoned', false, (one: Connection) => one.dispatch({ type: 'abandon' })],
  ])('is %s, and leaves no timer', async (_, expected, act) => {
    const { clock, connection } = open();
    connection.dispatch({ type: 'start' });
    const outcome = new Outcome(connection.whenConnected(1_000));
    expect(clock.pending).toBe(1);
    act(connection);
    await turn();
    expect(outcome.value).toBe(expected);
    expect(clock.pending).toBe(0);
  });

  it('resolves to false on timeout, and waits through other phases until then', async () => {
    const { clock, connection } = open();
    connection.dispatch({ type: 'start' });
    connection.dispatch({ type: 'connected', session });
    connection.dispatch({ type: 'suspended', quietMs: 0 });
    const outcome = new Outcome(connection.whenConnected(500));
    connection.dispatch({ type: 'lost' });
    await clock.advance(499);
    expect(outcome.state).toBe('pending');
    await clock.advance(1);
    expect(outcome.value).toBe(false);
    expect(clock.pending).toBe(0);
  });
});
