import { describe, expect, it } from 'vitest';
import { parseCount, parseDuration, parsePositiveDuration } from '../src/duration.js';

describe('durations', () => {
  it.each([
    ['0', 0],
    ['500ms', 500],
    ['30s', 30_000],
    ['1.5s', 1_500],
    ['2m', 120_000],
    ['1h', 3_600_000],
  ])('%s is %d ms', (text, ms) => expect(parseDuration(text)).toBe(ms));

  it.each(['', '30', '-1s', '1d', 's', '1 s', '1e3s', 'Infinity', '1s2m'])('%j is rejected', (text) => {
    expect(() => parseDuration(text)).toThrow(/such as 500ms, 30s, 2m or 1h/);
  });

  it('can be required to be longer than 0', () => expect(() => parsePositiveDuration('0s')).toThrow(/longer than 0/));
});

describe('counts', () => {
  it.each([
    ['1', 1],
    ['12', 12],
  ])('%s', (text, count) => expect(parseCount(text)).toBe(count));

  it.each(['0', '-1', '1.5', 'one', '', '99999999999999999999'])('%j is rejected', (text) => {
    expect(() => parseCount(text)).toThrow(/1 or more/);
  });
});
