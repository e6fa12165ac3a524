import { parseArgs } from 'node:util';

/**
 * @typedef {object} SoakOptions
 * @property {number} minutes
 * @property {number} seed
 * @property {number} workers
 * @property {boolean} verbose
 */

const usage = `npm run soak -- [--minutes N] [--seed N] [--workers N] [--verbose]

  --minutes   how long it runs (default: 2)
  --seed      repeats the plan of an earlier run (default: random)
  --workers   number of concurrent processes (default: 8)
  --verbose   prints every fault as it happens`;

/** Invalid arguments. */
export class UsageError extends Error {}

/**
 * @param {readonly string[]} args
 * @returns {SoakOptions}
 * @throws {UsageError}
 */
export function readOptions(args) {
  const { minutes, seed, workers, verbose } = parse(args);
  return {
    minutes: positive('minutes', minutes ?? '2'),
    seed: seed === undefined ? Math.floor(Math.random() * 1_000_000_000) : Math.floor(positive('seed', seed)),
    workers: Math.max(2, Math.floor(positive('workers', workers ?? '8'))),
    verbose: verbose ?? false,
  };
}

/** @param {readonly string[]} args */
function parse(args) {
  try {
    const options = /** @type {const} */ ({
      minutes: { type: 'string' },
      seed: { type: 'string' },
      workers: { type: 'string' },
      verbose: { type: 'boolean' },
    });
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : error}\n\n${usage}`);
  }
}

/**
 * @param {string} name
 * @param {string} text
 */
function positive(name, text) {
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new UsageError(`--${name} takes a number greater than 0, not '${text}'\n\n${usage}`);
}
