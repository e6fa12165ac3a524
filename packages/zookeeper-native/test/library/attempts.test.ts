import { describe, expect, test } from 'vitest';
import { Attempts } from '../../src/library/attempts.js';

const almostOne = () => 1 - Number.EPSILON;

describe('attempts', () => {
  test('begin with another server each time', () => {
    const attempts = new Attempts(4_000, 3, almostOne);
    const firsts = [1, 2, 3, 4].map(() => attempts.next(['a', 'b', 'c']).addresses.join(''));
    expect(firsts).toEqual(['abc', 'bca', 'cab', 'abc']);
  });

  test('try each server once without a pause, then pause longer with each pass, up to 10 s', () => {
    const attempts = new Attempts(4_000, 2, almostOne);
    const pauses = Array.from({ length: 20 }, () => {
      const pause = Math.round(attempts.pauseMs());
      attempts.next(['a', 'b']);
      return pause;
    });
    expect(pauses.slice(0, 8)).toEqual([0, 0, 100, 100, 200, 200, 400, 400]);
    expect(Math.max(...pauses)).toBe(10_000);
  });

  test('pause for up to a tenth of a second first, where a connection to the only server broke', () => {
    const pauses = (servers: number, isReturning: boolean) =>
      Math.round(new Attempts(4_000, servers, almostOne, { isReturning }).pauseMs());
    expect([pauses(1, true), pauses(1, false), pauses(2, true)]).toEqual([100, 0, 0]);
  });

  test('do not pause longer than a third of the timeout while a session may be saved', () => {
    let alive = true;
    const attempts = new Attempts(3_000, 1, almostOne, { mayBeAlive: () => alive });
    for (let made = 0; made < 20; made += 1) attempts.next(['a']);
    expect(Math.round(attempts.pauseMs())).toBe(1_000);
    alive = false;
    expect(Math.round(attempts.pauseMs())).toBe(10_000);
  });

  test('leave a silent server in time for others, and slow ones more time in each pass', () => {
    const attempts = new Attempts(6_000, 2, almostOne);
    const patience = Array.from({ length: 8 }, () => attempts.next(['a', 'b']).timeoutMs);
    expect(patience).toEqual([1_000, 1_000, 2_000, 2_000, 3_000, 3_000, 3_000, 3_000]);
    expect(new Attempts(6_000, 1, almostOne).next(['a']).timeoutMs).toBe(2_000);
    expect(new Attempts(1_200, 1, almostOne).next(['a']).timeoutMs).toBe(500);
  });

  test('never last until the library gives them up, after two thirds of the timeout', () => {
    const attempts = new Attempts(600, 1, almostOne);
    const patience = Array.from({ length: 8 }, () => attempts.next(['a']).timeoutMs);
    expect(Math.max(...patience)).toBe(300);
  });

  test('begin at the given server', () => {
    const attempts = new Attempts(4_000, 3, almostOne, { passes: 2, first: 1 });
    expect(Math.round(attempts.pauseMs())).toBe(200);
    expect(attempts.next(['a', 'b', 'c']).addresses.join('')).toBe('bca');
  });

  test('go on when no address is known', () => {
    const attempts = new Attempts(6_000, 1, almostOne);
    expect(attempts.next([]).addresses).toEqual([]);
    expect(attempts.pauseMs()).toBeGreaterThan(0);
  });
});
