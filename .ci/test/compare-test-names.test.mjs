import { expect, it } from 'vitest';
import { without } from '../compare-test-names.mjs';

it('a name that is there fewer times than before is missing as many times', () => {
  expect(without(['a', 'b', 'a', 'a'], ['a', 'c'])).toEqual(['b', 'a', 'a']);
  expect(without(['a', 'c'], ['a', 'b', 'a', 'a'])).toEqual(['c']);
});
