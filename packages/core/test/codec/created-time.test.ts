import { describe, expect, it } from 'vitest';
import { createdTime } from '../../src/codec/encode.js';

describe('createdTime', () => {
  it.each([
    [new Date(2026, 10, 22, 9, 30, 0), '2026-11-22 09:30:00'],
    [new Date(2026, 0, 1, 0, 0, 0), '2026-01-01 00:00:00'],
    [new Date(2026, 11, 31, 23, 59, 59, 999), '2026-12-31 23:59:59'],
    [new Date(new Date(2000, 5, 7, 8, 9, 5).setFullYear(987)), '0987-06-07 08:09:05'],
  ])('writes %o in local time, padded', (date, expected) => {
    expect(createdTime(date)).toBe(expected);
  });
});
