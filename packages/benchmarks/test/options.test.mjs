import { describe, expect, test } from 'vitest';
import { readOptions, UsageError } from '../src/options.mjs';

const choice = { works: ['register', 'watch'], subjects: ['memory', 'kazoo'] };
/** @param {string[]} args */
const read = (...args) => readOptions(args, choice);

describe('options', () => {
  test('select every workload and every subject by default', () => {
    expect(read()).toEqual({
      works: choice.works,
      subjects: undefined,
      rounds: 7,
      quick: false,
      json: undefined,
      profile: undefined,
    });
  });

  test('names can be repeated', () => {
    const { works, subjects } = read('--only', 'watch', '--only', 'register', '--contestant', 'kazoo');
    expect(works).toEqual(['watch', 'register']);
    expect(subjects).toEqual(['kazoo']);
  });

  test('a quick run has fewer rounds, or the given number', () => {
    expect(read('--quick')).toMatchObject({ quick: true, rounds: 3 });
    expect(read('--quick', '--rounds', '2')).toMatchObject({ rounds: 2 });
    expect(read('--json', 'file.json', '--profile', 'folder')).toMatchObject({ json: 'file.json', profile: 'folder' });
  });

  test.each([
    [['--only', 'regsiter'], 'there are register, watch'],
    [['--contestant', 'redis'], 'there are memory, kazoo'],
    [['--rounds', '0'], '--rounds takes a whole number'],
    [['--rounds', '1.5'], '--rounds takes a whole number'],
    [['--fast'], "Unknown option '--fast'"],
    [['register'], 'npm run bench'],
  ])('%j is refused, with how it is meant', (args, words) => {
    expect(() => read(...args)).toThrow(UsageError);
    expect(() => read(...args)).toThrow(words);
    expect(() => read(...args)).toThrow('npm run bench');
  });
});
