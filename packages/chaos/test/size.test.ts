import { describe, expect, it } from 'vitest';
import { sizeOf } from '../src/size.js';

describe('the size of chaos', () => {
  it.each([
    [undefined, 1],
    ['1', 1],
    ['0.34', 0.34],
  ])('NDSR_CHAOS_SIZE=%s is %d', (given, size) => {
    expect(sizeOf({ NDSR_CHAOS_SIZE: given })).toBe(size);
  });

  it.each(['0', '-1', '2', 'third', ''])("NDSR_CHAOS_SIZE='%s' is refused", (given) => {
    expect(() => sizeOf({ NDSR_CHAOS_SIZE: given })).toThrow(TypeError);
  });
});
