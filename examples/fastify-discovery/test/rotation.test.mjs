import { describe, expect, test } from 'vitest';
import { Rotation } from '../rotation.mjs';

/** @param {readonly string[]} instances */
function rotationOf(instances, restMs = 1_000) {
  const clock = { now: 0 };
  const rotation = new Rotation(restMs, () => clock.now);
  rotation.update(instances);
  const turns = (/** @type {number} */ count) => Array.from({ length: count }, () => rotation.next(new Set()));
  return { rotation, clock, turns };
}

describe('a rotation', () => {
  test('returns each instance in turn, and then starts again', () => {
    expect(rotationOf(['a', 'b', 'c']).turns(7)).toEqual(['a', 'b', 'c', 'a', 'b', 'c', 'a']);
  });

  test('skips tried instances, and returns none when all were tried', () => {
    const { rotation } = rotationOf(['a', 'b']);
    expect(rotation.next(new Set(['a']))).toBe('b');
    expect(rotation.next(new Set(['a', 'b']))).toBeUndefined();
    expect(new Rotation(1).next(new Set())).toBeUndefined();
  });

  test('keeps the order of the remaining instances when others are added or removed', () => {
    const { rotation, turns } = rotationOf(['a', 'b', 'c']);
    turns(1);
    rotation.update(['a', 'c', 'd']);
    expect(turns(4)).toEqual(['c', 'a', 'd', 'c']);
  });

  test('skips a failed instance while there is another one', () => {
    const { rotation, clock, turns } = rotationOf(['a', 'b', 'c']);
    rotation.rest('b');
    expect(turns(4)).toEqual(['a', 'c', 'a', 'c']);
    expect(rotation.next(new Set(['a', 'c']))).toBe('b');
    clock.now = 1_001;
    expect(new Set(turns(3))).toEqual(new Set(['a', 'b', 'c']));
  });

  test('forgets the failure of an instance that was removed and added again', () => {
    const { rotation, turns } = rotationOf(['a', 'b']);
    rotation.rest('a');
    rotation.update(['b']);
    rotation.update(['b', 'a']);
    expect(new Set(turns(2))).toEqual(new Set(['a', 'b']));
  });
});
