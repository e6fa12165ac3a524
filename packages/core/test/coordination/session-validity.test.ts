import { FakeClock } from '@ndsr/test-support';
import { beforeEach, describe, expect, it } from 'vitest';
import { SessionValidity } from '../../src/coordination/session-validity.js';

const session = { id: 7n, timeoutMs: 3_000 };

let clock: FakeClock;
let connected: typeof session | undefined;
let answers: boolean;
let asked: number;
let distrusted: number;
let trust: SessionValidity;
const reliant = {
  leasePath: '/a',
  sessionId: 7n,
  onUncertain: () => {
    distrusted += 1;
  },
};

beforeEach(() => {
  clock = new FakeClock();
  connected = session;
  [answers, asked, distrusted] = [true, 0, 0];
  const ask = async () => {
    asked += 1;
    if (!answers) throw new Error('no answer');
  };
  trust = new SessionValidity({ clock, session: () => connected, ask });
});

describe('the trust in a session', () => {
  it('lasts as long as the servers answer, and one request in a third of the timeout is enough', async () => {
    trust.confirm(session, clock.now());
    trust.register(reliant);
    await clock.advance(30_000);
    expect(trust.isValid(7n)).toBe(true);
    expect([asked, distrusted]).toEqual([30, 0]);
  });

  it('ends before the session timeout is over, counted from when the last answered request was sent', async () => {
    trust.confirm(session, clock.now());
    trust.register(reliant);
    await clock.advance(1_500);
    answers = false;
    // The beat at 1,000 was answered.
    await clock.advance(2_100);
    expect([trust.isValid(7n), distrusted]).toEqual([true, 0]);
    await clock.advance(200);
    expect([trust.isValid(7n), distrusted]).toEqual([false, 1]);
  });

  it('says how much of it is left, from when the last answered request was sent', async () => {
    trust.confirm(session, clock.now() - 500);
    expect([trust.leftMs(7n), trust.leftMs(8n)]).toEqual([2_200, 0]);
    await clock.advance(2_000);
    expect(trust.leftMs(7n)).toBe(200);
    await clock.advance(2_000);
    expect(trust.leftMs(7n)).toBe(0);
  });

  it('does not count from when a slow answer came', () => {
    const sentAt = clock.now() - 2_600;
    trust.confirm(session, sentAt);
    expect(trust.isValid(7n)).toBe(true);
    trust.confirm(session, sentAt - 1_000);
    expect(trust.isValid(7n)).toBe(true);
    trust.confirm({ ...session, id: 8n }, sentAt - 200);
    expect([trust.isValid(7n), trust.isValid(8n)]).toEqual([false, false]);
  });

  it('is over for a process that stood still, before any timer has run', async () => {
    trust.confirm(session, clock.now());
    trust.register(reliant);
    const frozen = new FakeClock();
    await frozen.advance(10_000);
    clock.now = () => frozen.now();
    expect(trust.isValid(7n)).toBe(false);
    expect(distrusted).toBe(0);
  });

  it('believes no answer that came over another session', async () => {
    trust.confirm(session, clock.now());
    trust.register(reliant);
    await clock.advance(900);
    connected = { ...session, id: 8n };
    await clock.advance(5_000);
    expect(distrusted).toBeGreaterThan(0);
  });

  it('asks at once when there is a connection again', async () => {
    trust.confirm(session, clock.now());
    trust.register(reliant);
    connected = undefined;
    await clock.advance(2_600);
    expect(asked).toBe(0);
    connected = session;
    trust.ping();
    await clock.advance(2_000);
    expect([trust.isValid(7n), distrusted]).toEqual([true, 0]);
  });

  it('needs nothing where nobody relies on it, nor where sessions have no timeout', async () => {
    const undo = trust.register(reliant);
    undo();
    expect(clock.pending).toBe(0);
    connected = { ...session, timeoutMs: Number.POSITIVE_INFINITY };
    trust.confirm(connected, clock.now());
    trust.register(reliant);
    expect(clock.pending).toBe(0);
    await clock.advance(1e9);
    expect(trust.isValid(7n)).toBe(true);
  });

  it('survives timers that are early', async () => {
    clock.earlyMs = 1;
    answers = false;
    trust.confirm(session, clock.now());
    trust.register(reliant);
    await clock.advance(2_699);
    expect(distrusted).toBe(0);
    await clock.advance(1);
    expect(distrusted).toBe(1);
  });
});
