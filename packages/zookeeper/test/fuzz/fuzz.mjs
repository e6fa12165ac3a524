// Damaged replies, at the strict reader and against registries. Started by `npm run fuzz`, which builds what it runs.
import { foundSeeds } from './found-seeds.mjs';
import { readOptions, UsageError } from './options.mjs';
import { mutationsPerCase } from './registry-case.mjs';
import { supervise } from './supervise.mjs';

/** @import { Target } from './options.mjs' */

/** @typedef {{ target: Target, first?: number, count?: number, seeds?: readonly number[] }} Job */

/** A process without a message for this long is frozen: every case ends within seconds, also on a busy machine. */
const silenceMs = 60_000;
const mostMemoryMiB = 512;
const mostSeedsShown = 20;
const backends = /** @type {const} */ (['zookeeper', 'zookeeper-js']);

process.exitCode = await main(process.argv.slice(2));

/** @param {readonly string[]} args */
async function main(args) {
  try {
    return await fuzz(readOptions(args));
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(error.message);
    return 2;
  }
}

/** @param {import('./options.mjs').FuzzOptions} options */
async function fuzz({ count, seed, replay }) {
  /** @type {Job[]} */
  const jobs = replay === undefined ? plan(count, seed) : [{ target: replay.target, seeds: [replay.seed] }];
  let findings = 0;
  for (const job of jobs) findings += await run(job);
  console.log(findings === 0 ? 'Nothing found.' : `${findings} findings.`);
  return findings === 0 ? 0 : 1;
}

/**
 * One reply in twenty meets a registry, of each backend.
 *
 * @param {number} count
 * @param {number} seed
 * @returns {Job[]}
 */
function plan(count, seed) {
  const registries = Math.ceil(count / 20 / mutationsPerCase);
  const kept = /** @type {const} */ (['reader', ...backends]).filter((target) => foundSeeds[target].length > 0);
  return [
    ...kept.map((target) => ({ target, seeds: foundSeeds[target] })),
    { target: 'reader', first: seed, count: count - backends.length * registries * mutationsPerCase },
    ...backends.map((target) => ({ target, first: seed, count: registries })),
  ];
}

/**
 * @param {Job} job
 * @returns {Promise<number>} how much was found
 */
async function run({ target, first = 0, count, seeds = [] }) {
  let findings = 0;
  await supervise({
    worker: new URL('worker.mjs', import.meta.url),
    args: count === undefined ? [target, seeds.join(',')] : [target, String(first), String(count)],
    silenceMs,
    mostMemoryMiB,
    found: (what, which) => {
      findings += 1;
      console.log(`FOUND ${what}`);
      for (const seed of which.slice(0, mostSeedsShown)) console.log(`  npm run fuzz -- --replay ${target}:${seed}`);
    },
    counted: (tally) => console.log(`${target}: ${JSON.stringify(tally)}`),
  });
  return findings;
}
