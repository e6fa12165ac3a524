import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Session } from '../../src/backend/registry-backend.js';
import { type ConnectionInput, type ConnectionState, reduceConnection } from '../../src/connection/connection-state.js';
import type { Phase } from '../../src/events/phase.js';

const session: Session = { id: 1n, timeoutMs: 1_000 };
const other: Session = { id: 2n, timeoutMs: 1_000 };

const states: Record<Phase, ConnectionState> = {
  idle: { phase: 'idle' },
  connecting: { phase: 'connecting' },
  connected: { phase: 'connected', session },
  suspended: { phase: 'suspended', session, lostAt: 500 },
  lost: { phase: 'lost', session },
  stopped: { phase: 'stopped' },
};

const inputs: Record<string, ConnectionInput> = {
  start: { type: 'start' },
  abandon: { type: 'abandon' },
  stop: { type: 'stop' },
  'connected same': { type: 'connected', session: { ...session } },
  'connected other': { type: 'connected', session: other },
  suspended: { type: 'suspended', quietMs: 300 },
  lost: { type: 'lost' },
  'tick early': { type: 'tick' },
};

/** The phase after each input in each phase; a missing entry means no change. */
const table: Record<Phase, Partial<Record<string, Phase>>> = {
  idle: { start: 'connecting', stop: 'stopped' },
  connecting: { abandon: 'idle', stop: 'stopped', 'connected same': 'connected', 'connected other': 'connected' },
  connected: { abandon: 'idle', stop: 'stopped', 'connected other': 'connected', suspended: 'suspended', lost: 'lost' },
  suspended: {
    abandon: 'idle',
    stop: 'stopped',
    'connected same': 'connected',
    'connected other': 'connected',
    lost: 'lost',
  },
  lost: { abandon: 'idle', stop: 'stopped', 'connected same': 'connected', 'connected other': 'connected' },
  stopped: { start: 'connecting' },
};

const cases = Object.keys(states).flatMap((phase) =>
  Object.keys(inputs).map((input) => [phase as Phase, input, table[phase as Phase][input]] as const),
);

describe('reduceConnection', () => {
  it.each(cases)('%s, then %s: %s', (phase, name, expected) => {
    const input = inputs[name];
    if (input === undefined) throw new Error(name);
    const next = reduceConnection(states[phase], input, 400);
    if (expected === undefined) expect(next).toBe(states[phase]);
    else expect(next.phase).toBe(expected);
  });

  it('counts the session timeout from the last message', () => {
    const suspended = reduceConnection(states.connected, { type: 'suspended', quietMs: 300 }, 10_000);
    expect(suspended).toEqual({ phase: 'suspended', session, lostAt: 10_700 });
    expect(reduceConnection(suspended, { type: 'tick' }, 10_699)).toBe(suspended);
    expect(reduceConnection(suspended, { type: 'tick' }, 10_700)).toMatchObject({ phase: 'lost', session });
  });

  it('accepts a session whose timeout was renegotiated', () => {
    const next = reduceConnection(states.connected, { type: 'connected', session: { id: 1n, timeoutMs: 9 } }, 0);
    expect(next).toEqual({ phase: 'connected', session: { id: 1n, timeoutMs: 9 } });
  });

  it('never gives up a session without a timeout', () => {
    const forever: ConnectionState = { phase: 'connected', session: { id: 1n, timeoutMs: Number.POSITIVE_INFINITY } };
    const suspended = reduceConnection(forever, { type: 'suspended', quietMs: 0 }, 0);
    expect(reduceConnection(suspended, { type: 'tick' }, Number.MAX_SAFE_INTEGER)).toBe(suspended);
  });

  const anyInput: fc.Arbitrary<ConnectionInput> = fc.oneof(
    fc.constantFrom<ConnectionInput[]>(
      { type: 'start' },
      { type: 'abandon' },
      { type: 'stop' },
      { type: 'tick' },
      { type: 'lost' },
    ),
    fc.constantFrom(session, other).map((one): ConnectionInput => ({ type: 'connected', session: one })),
    fc.nat(2_000).map((quietMs): ConnectionInput => ({ type: 'suspended', quietMs })),
  );
  const history = fc.array(fc.tuple(anyInput, fc.nat(800)), { maxLength: 40 });

  it('keeps its invariants for any sequence of inputs', () => {
    fc.assert(
      fc.property(history, (steps) => {
        let state: ConnectionState = { phase: 'idle' };
        let now = 0;
        for (const [input, pause] of steps) {
          now += pause;
          const before = structuredClone(state);
          const next = reduceConnection(state, input, now);
          expect(state).toEqual(before);
          if (next === state) continue;
          expect(next).not.toEqual(state);
          if (state.phase === 'stopped') expect(input.type).toBe('start');
          if (state.phase === 'idle') expect(['start', 'stop']).toContain(input.type);
          if (next.phase === 'connected') expect(input).toEqual({ type: 'connected', session: next.session });
          if (next.phase === 'suspended') expect(state.phase).toBe('connected');
          if (next.phase === 'lost') {
            expect(['connected', 'suspended']).toContain(state.phase);
            expect(next.session).toBe('session' in state && state.session);
          }
          if (input.type === 'tick') expect(state.phase === 'suspended' && now >= state.lostAt).toBe(true);
          state = next;
        }
      }),
      { numRuns: 500 },
    );
  });
});
