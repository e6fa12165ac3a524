import { parseArgs } from 'node:util';

/** @typedef {'reader' | 'zookeeper' | 'zookeeper-js'} Target what meets the replies: the strict reader, or registries of that backend */

/**
 * @typedef {object} FuzzOptions
 * @property {number} count
 * @property {number} seed
 * @property {{ target: Target, seed: number } | undefined} replay
 */

const usage = `npm run fuzz -- [--count N] [--seed N] [--replay TARGET:SEED]

  --count    how many damaged replies, 20000 when left out; one in twenty meets a registry of each backend, the others the reader
  --seed     the seed of the first case, at random when left out; case N has the seed after that of case N-1
  --replay   one case alone; the target is reader, zookeeper or zookeeper-js`;

/** @type {readonly Target[]} */
const targets = ['reader', 'zookeeper', 'zookeeper-js'];

/** Arguments that are not understood. */
export class UsageError extends Error {}

/**
 * @param {readonly string[]} args
 * @returns {FuzzOptions}
 * @throws {UsageError}
 */
export function readOptions(args) {
  const { count, seed, replay } = parse(args);
  return {
    count: wholeNumber('count', count ?? '20000'),
    seed: seed === undefined ? Math.floor(Math.random() * 1_000_000_000) : wholeNumber('seed', seed),
    replay: replay === undefined ? undefined : readReplay(replay),
  };
}

/** @param {readonly string[]} args */
function parse(args) {
  try {
    const options = /** @type {const} */ ({
      count: { type: 'string' },
      seed: { type: 'string' },
      replay: { type: 'string' },
    });
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : error}\n\n${usage}`);
  }
}

/**
 * @param {string} text
 * @returns {FuzzOptions['replay']}
 */
function readReplay(text) {
  const [name, seed = ''] = text.split(':');
  const target = targets.find((one) => one === name);
  if (target !== undefined) return { target, seed: wholeNumber('replay', seed) };
  throw new UsageError(`--replay takes TARGET:SEED, not '${text}'\n\n${usage}`);
}

/** @param {string} name @param {string} text */
function wholeNumber(name, text) {
  const value = Number(text);
  if (text !== '' && Number.isSafeInteger(value) && value >= 0) return value;
  throw new UsageError(`--${name} takes a whole number, 0 or more, not '${text}'\n\n${usage}`);
}
