import { parseArgs } from 'node:util';

/**
 * @typedef {object} BenchOptions
 * @property {readonly string[]} works names of the workloads to run
 * @property {readonly string[] | undefined} subjects undefined for all
 * @property {number} rounds
 * @property {boolean} quick
 * @property {string | undefined} json the file to write
 * @property {string | undefined} profile the folder for CPU profiles
 */

/**
 * @typedef {object} Choice the valid names
 * @property {readonly string[]} works
 * @property {readonly string[]} subjects
 */

const usualRounds = 7;
const quickRounds = 3;

/** Invalid arguments. */
export class UsageError extends Error {}

/**
 * @param {readonly string[]} args
 * @param {Choice} choice
 * @returns {BenchOptions}
 * @throws {UsageError}
 */
export function readOptions(args, choice) {
  const usage = usageOf(choice);
  const { only, contestant, rounds, quick = false, json, profile } = parse(args, usage);
  const works = chosen('only', only, choice.works, usage);
  return {
    works: works ?? choice.works,
    subjects: chosen('contestant', contestant, choice.subjects, usage),
    rounds: rounds === undefined ? (quick ? quickRounds : usualRounds) : wholeNumber('rounds', rounds, usage),
    quick,
    json,
    profile,
  };
}

/**
 * @param {readonly string[]} args
 * @param {string} usage
 */
function parse(args, usage) {
  try {
    const options = /** @type {const} */ ({
      only: { type: 'string', multiple: true },
      contestant: { type: 'string', multiple: true },
      rounds: { type: 'string' },
      quick: { type: 'boolean' },
      json: { type: 'string' },
      profile: { type: 'string' },
    });
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : error}\n\n${usage}`);
  }
}

/**
 * @param {string} option
 * @param {readonly string[] | undefined} names
 * @param {readonly string[]} known
 * @param {string} usage
 */
function chosen(option, names, known, usage) {
  const unknown = names?.find((name) => !known.includes(name));
  if (unknown === undefined) return names;
  throw new UsageError(`--${option} ${unknown}: there are ${known.join(', ')}\n\n${usage}`);
}

/**
 * @param {string} option
 * @param {string} text
 * @param {string} usage
 */
function wholeNumber(option, text, usage) {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new UsageError(`--${option} takes a whole number more than 0, not '${text}'\n\n${usage}`);
}

/** @param {Choice} choice */
function usageOf({ works, subjects }) {
  return `npm run bench [-- --only NAME] [--contestant NAME] [--rounds N] [--quick] [--json FILE] [--profile FOLDER]

  --only         only this workload: ${works.join(', ')}; can be repeated
  --contestant   only this subject: ${subjects.join(', ')}; can be repeated
  --rounds       how often each subject runs each workload, ${usualRounds} by default, ${quickRounds} with --quick
  --quick        the figures of design targets only, small, and judged: exit code 1 when one is missed by more than a third
  --json         the file that all figures are written to
  --profile      the folder for a CPU profile of each subject on Node; profiling makes the figures worse`;
}
