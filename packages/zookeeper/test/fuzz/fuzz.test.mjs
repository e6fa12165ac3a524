import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { readOptions, UsageError } from './options.mjs';
import { readerCase } from './reader-case.mjs';
import { supervise } from './supervise.mjs';

test('20,000 damaged replies crash, freeze and delay nothing, and every error is of the family', {
  timeout: 300_000,
}, async () => {
  const program = fileURLToPath(new URL('fuzz.mjs', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [program, '--count', '20000', '--seed', '1']);
  console.log(stdout);
  expect(stdout).toContain('Nothing found.');
  expect(stdout.match(/"mutations":1000/g)).toHaveLength(2);
});

describe('the fuzzer', () => {
  test('finds a reader that throws anything but a refusal', () => {
    const careless = (/** @type {Buffer} */ frame) => frame.readBigInt64BE(12);
    expect(() => {
      for (let seed = 0; seed < 100; seed += 1) readerCase(seed, careless);
    }).toThrow(RangeError);
  });

  test('repeats a case by its seed', () => {
    const framesOf = (/** @type {number} */ seed) => {
      /** @type {string[]} */
      const frames = [];
      readerCase(seed, (frame) => frames.push(frame.toString('hex')));
      return frames;
    };
    const runs = Array.from({ length: 50 }, (_, seed) => framesOf(seed));
    expect(runs).toEqual(Array.from({ length: 50 }, (_, seed) => framesOf(seed)));
    expect(new Set(runs.map(String)).size).toBeGreaterThan(20);
  });

  /**
   * @param {string} worker
   * @param {number} silenceMs
   * @returns {Promise<[what: string, seeds: readonly number[]][]>}
   */
  async function findings(worker, silenceMs) {
    /** @type {[string, readonly number[]][]} */
    const found = [];
    await supervise({
      worker: new URL(`workers/${worker}.mjs`, import.meta.url),
      args: [],
      silenceMs,
      mostMemoryMiB: 256,
      found: (what, seeds) => found.push([what, seeds]),
      counted: () => undefined,
    });
    return found;
  }

  test('finds a process that is frozen', async () => {
    const [first] = await findings('frozen', 5_000);
    expect(first?.[0]).toBe('the process said nothing for 5000 ms');
  });

  test('finds a process that ends, and the case that was under way', async () => {
    expect(await findings('crashing', 60_000)).toEqual([['the process ended with 3', [7]]]);
  });

  test('finds a process that takes too much memory', async () => {
    expect(await findings('greedy', 60_000)).toEqual([[expect.stringMatching(/^the process took \d+ MiB$/), []]]);
  });

  test('finds nothing in a sound one', async () => {
    expect(await findings('sound', 60_000)).toEqual([]);
  });
});

describe('arguments', () => {
  test('are a number, a seed and a case', () => {
    expect(readOptions(['--count', '100000', '--seed', '7'])).toEqual({ count: 100_000, seed: 7, replay: undefined });
    expect(readOptions(['--replay', 'zookeeper-js:12']).replay).toEqual({ target: 'zookeeper-js', seed: 12 });
    expect(readOptions([]).count).toBe(20_000);
  });

  test.each([['--count', 'many'], ['--seed', ''], ['--replay', 'server:1'], ['--replay', 'reader:x'], ['--colour']])(
    '%s %s are refused',
    (...args) => expect(() => readOptions(args)).toThrow(UsageError),
  );
});
