// Compares the CPU seconds of the fast tests with those recorded for each package in .ci/cpu-seconds.json, so that `npm test` does not
// get slower unnoticed. Machines differ in speed, so a package is compared with all other packages of the same run. The factor is
// generous, because the CPU time of a package that starts many processes depends on the machine more than that of the others.
//   node .ci/check-cpu-time.mjs FILE             compares; FILE is the value of NDSR_CPU_SECONDS in the run
//   node .ci/check-cpu-time.mjs FILE --record    records, for a run on a quiet machine
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './workspace.mjs';

const recordFile = join(root, '.ci/cpu-seconds.json');

/** The limit for all packages together, on a quiet machine. */
export const limitSeconds = 480;
/** A package may exceed its record by this factor, after correction for the machine's speed, … */
const tolerance = 3;
/** … plus this many seconds, for packages that take almost nothing. */
const graceSeconds = 5;

/**
 * Returns the problems; empty when there are none.
 *
 * @param {Record<string, number>} measured CPU seconds by package
 * @param {Record<string, number>} recorded
 * @returns {string[]}
 */
export function excesses(measured, recorded) {
  const total = sum(recorded);
  const problems = total <= limitSeconds ? [] : [`${round(total)} s are recorded, ${limitSeconds} are allowed`];
  for (const [name, seconds] of Object.entries(measured)) {
    const record = recorded[name];
    if (record === undefined) {
      problems.push(`${name}: ${round(seconds)} s, nothing recorded`);
      continue;
    }
    const speed = speedWithout(name, measured, recorded);
    if (seconds > speed * record * tolerance + graceSeconds) {
      problems.push(
        `${name}: ${round(seconds)} s, recorded ${round(record)}; the other packages take ${speed.toFixed(2)} of what is recorded`,
      );
    }
  }
  return problems;
}

/**
 * The CPU time of all packages but one, relative to what is recorded for them.
 *
 * @param {string} name
 * @param {Record<string, number>} measured
 * @param {Record<string, number>} recorded
 */
function speedWithout(name, measured, recorded) {
  const others = Object.keys(measured).filter((other) => other !== name && recorded[other] !== undefined);
  const total = sum(pick(recorded, others));
  return total === 0 ? 1 : sum(pick(measured, others)) / total;
}

/**
 * @param {Record<string, number>} seconds
 * @param {string[]} names
 */
function pick(seconds, names) {
  return Object.fromEntries(names.map((name) => [name, seconds[name] ?? 0]));
}

/** @param {Record<string, number>} seconds */
function sum(seconds) {
  return Object.values(seconds).reduce((total, one) => total + one, 0);
}

/** @param {number} seconds */
function round(seconds) {
  return Math.round(seconds * 10) / 10;
}

/**
 * @param {string} file
 * @returns {Record<string, number>}
 */
function read(file) {
  return JSON.parse(readFileSync(file, 'utf8'));
}

if (process.argv[1] === import.meta.filename) {
  const [, , file = '', ...options] = process.argv;
  const measured = read(file);
  if (options.includes('--record')) {
    const rounded = Object.fromEntries(Object.entries(measured).map(([name, seconds]) => [name, round(seconds)]));
    writeFileSync(recordFile, `${JSON.stringify(rounded, undefined, 2)}\n`);
  } else {
    const problems = excesses(measured, read(recordFile));
    for (const problem of problems) console.error(`CPU time: ${problem}`);
    console.log(`CPU time of the fast tests: ${round(sum(measured))} s`);
    if (problems.length > 0) process.exitCode = 1;
  }
}
