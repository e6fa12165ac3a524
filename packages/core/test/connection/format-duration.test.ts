import { expect, it } from 'vitest';
import { formatDuration } from '../../src/connection/outage-log.js';

it.each([
  [0, '0.0 s'],
  [12_345, '12.3 s'],
  [59_499, '59.5 s'],
  [59_999, '1 min 0 s'],
  [125_000, '2 min 5 s'],
  [3_599_400, '59 min 59 s'],
  [12_000_000, '3 h 20 min'],
  [400_000_000, '111 h 6 min'],
])('%i ms is %s', (ms, text) => expect(formatDuration(ms)).toBe(text));
