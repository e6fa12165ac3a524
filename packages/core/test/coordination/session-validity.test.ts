import { FakeClock } from '@ndsr/test-support';
import { beforeEach, describe, expect, it } from 'vitest';
import { SessionValidity } from '../../src/coordination/session-validity.js';

const session = { id: 7n, timeoutMs: 3_000 };

let clock: FakeClock;
let connected: typeof session | undefined;
let answers: boolean;
let probes: number;
let uncertain: number;
let validity: SessionValidity;
const dependent = {
  nodePath: '/a',
  sessionId: 7n,
  onUncertain: () => {
    uncertain += 1;
  },
};

beforeEach(() => {
  clock = new FakeClock();
  connected = session;
  [answers, probes, uncertain] = [true, 0, 0];
  const probe = async () => {
    probes += 1;
    if (!answers) throw new Error('no answer');
  };
  validity = new SessionValidity({ clock, session: () => connected, probe });
});

describe('the validity of a session', () => {
  it('lasts as long as the servers answer, and one request in a third of the timeout is enough', async () => {
    validity.confirm(session, clock.now());
    validity.register(dependent);
    await clock.advance(30_000);
    expect(validity.isValid(7n)).toBe(true);
    expect([probes, uncertain]).toEqual([30, 0]);
  });

  it('ends before the session timeout is over, counted from when the last answered request was sent', async () => {
    validity.confirm(session, clock.now());
    validity.register(dependent);
    await clock.advance(1_500);
    answers = false;
    // The ping at 1,000 was answered.
    await clock.advance(2_100);
    expect([validity.isValid(7n), uncertain]).toEqual([true, 0]);
    await clock.advance(200);
    expect([validity.isValid(7n), uncertain]).toEqual([false, 1]);
  });

  it('reports the remaining time, counted from when the last answered request was sent', async () => {
    validity.confirm(session, clock.now() - 500);
    expect([validity.leftMs(7n), validity.leftMs(8n)]).toEqual([2_200, 0]);
    await clock.advance(2_000);
    expect(validity.leftMs(7n)).toBe(200);
    await clock.advance(2_000);
    expect(validity.leftMs(7n)).toBe(0);
  });

  it('is not counted from when a slow answer arrived', () => {
    const sentAt = clock.now() - 2_600;
    validity.confirm(session, sentAt);
    expect(validity.isValid(7n)).toBe(true);
    validity.confirm(session, sentAt - 1_000);
    expect(validity.isValid(7n)).toBe(true);
    validity.confirm({ ...session, id: 8n }, sentAt - 200);
    expect([validity.isValid(7n), validity.isValid(8n)]).toEqual([false, false]);
  });

  it('is over for a process that was frozen, before any timer has run', async () => {
    validity.confirm(session, clock.now());
    validity.register(dependent);
    const frozen = new FakeClock();
    await frozen.advance(10_000);
    clock.now = () => frozen.now();
    expect(validity.isValid(7n)).toBe(false);
    expect(uncertain).toBe(0);
  });

  it('ignores answers from another session', async () => {
    validity.confirm(session, clock.now());
    validity.register(dependent);
    await clock.advance(900);
    connected = { ...session, id: 8n };
    await clock.advance(5_000);
    expect(uncertain).toBeGreaterThan(0);
  });

  it('pings at once when the connection is back', async () => {
    validity.confirm(session, clock.now());
    validity.register(dependent);
    connected = undefined;
    await clock.advance(2_600);
    expect(probes).toBe(0);
    connected = session;
    validity.ping();
    await clock.advance(2_000);
    expect([validity.isValid(7n), uncertain]).toEqual([true, 0]);
  });

  it('sends nothing without dependents, nor for sessions without a timeout', async () => {
    const undo = validity.register(dependent);
    undo();
    expect(clock.pending).toBe(0);
    connected = { ...session, timeoutMs: Number.POSITIVE_INFINITY };
    validity.confirm(connected, clock.now());
    validity.register(dependent);
    expect(clock.pending).toBe(0);
    await clock.advance(1e9);
    expect(validity.isValid(7n)).toBe(true);
  });

  it('tolerates early timers', async () => {
    clock.earlyMs = 1;
    answers = false;
    validity.confirm(session, clock.now());
    validity.register(dependent);
    await clock.advance(2_699);
    expect(uncertain).toBe(0);
    await clock.advance(1);
    expect(uncertain).toBe(1);
  });
});
