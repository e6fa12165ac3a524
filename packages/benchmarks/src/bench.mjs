// The benchmarks: every subject runs every workload, alternating, on one server. Started by `npm run bench`, which builds everything first.
import { writeFile } from 'node:fs/promises';
import { ZooKeeperServer } from '@ndsr/zookeeper-testing';
import { readEnvironment } from './environment.mjs';
import { formatEnvironment } from './format.mjs';
import { readOptions, UsageError } from './options.mjs';
import { orderOfRounds } from './order-of-rounds.mjs';
import { describeResult, describeVerdict } from './report.mjs';
import { resultsOf } from './results.mjs';
import { subjects } from './subjects.mjs';
import { failures, judge, readTargets } from './targets.mjs';
import { TestBed } from './test-bed/test-bed.mjs';
import { ZooKeeperBackgroundLoad } from './test-bed/zookeeper-background-load.mjs';
import { workloads } from './workloads/workloads.mjs';

/** @import { BenchOptions } from './options.mjs' */
/** @import { Measurement, Result } from './results.mjs' */
/** @import { TestBedSettings } from './test-bed/test-bed.mjs' */
/** @import { Case, Workload } from './workloads/workload.mjs' */

// Sessions of up to 20 s; the server writes no snapshot during a measurement.
const serverOptions = { tickTimeMs: 1_000, javaOptions: ['-Xmx1g', '-Dzookeeper.snapCount=100000000'] };

process.exit(await main(process.argv.slice(2)));

/** @param {readonly string[]} args */
async function main(args) {
  try {
    return await bench(
      readOptions(args, { works: workloads.map(({ name }) => name), subjects: subjects.map(({ name }) => name) }),
    );
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(error.message);
    return 2;
  }
}

/** @param {BenchOptions} options */
async function bench(options) {
  const { quick, rounds, json } = options;
  const server = await ZooKeeperServer.start(serverOptions);
  try {
    const around = await readEnvironment(server);
    for (const line of formatEnvironment(around)) console.log(line);
    console.log(`${rounds} rounds; the median, and in brackets the lowest and the highest`);
    const backgroundLoad = await ZooKeeperBackgroundLoad.open(server.address);
    const { results, failed } = await runAll(options, { server, backgroundLoad, profileFolder: options.profile });
    await backgroundLoad.close();
    if (json !== undefined) await write(json, { ...around, quick, rounds, failed, results });
    return conclude(results, failed, quick);
  } finally {
    await server.stop();
  }
}

/**
 * @param {BenchOptions} options
 * @param {TestBedSettings} settings
 */
async function runAll(options, settings) {
  /** @type {Result[]} */
  const results = [];
  /** @type {string[]} */
  const failed = [];
  for (const work of workloads.filter(({ name }) => options.works.includes(name))) {
    for (const one of options.quick ? work.quickCases : work.cases) {
      console.log(`\n${work.title}: ${one.name}`);
      const measurements = await runCase(work, one, options, settings, failed);
      const found = resultsOf(measurements, work.figures);
      for (const result of found) console.log(describeResult(result));
      results.push(...found);
    }
  }
  return { results, failed };
}

/**
 * @param {Workload} work
 * @param {Case} one
 * @param {BenchOptions} options
 * @param {TestBedSettings} settings
 * @param {string[]} failed receives the failures; the other subjects continue
 */
async function runCase(work, one, options, settings, failed) {
  /** @type {Measurement[]} */
  const measurements = [];
  for (const [round, subjects] of orderOfRounds(
    chosen(one, options),
    Math.max(options.rounds, one.rounds ?? 0),
  ).entries()) {
    for (const subject of subjects) {
      const place = { work: work.name, case: one.name, subject, round };
      try {
        measurements.push({ ...place, figures: await runOnce(work, one, place, settings) });
      } catch (error) {
        console.error(`  round ${round}: ${subject} failed:`, error);
        failed.push(`${work.name} ${one.name}, round ${round}: ${subject}`);
      }
    }
  }
  return measurements;
}

/**
 * @param {Workload} work
 * @param {Case} one
 * @param {{ subject: string, round: number }} turn
 * @param {TestBedSettings} settings
 */
async function runOnce(work, one, { subject, round }, settings) {
  const root = `/${work.name}-${one.name}-${round}-${subject.replaceAll('/', '-')}`;
  const testBed = new TestBed(subject, root, settings);
  try {
    return await work.run(testBed, one.size, one.special ?? false);
  } finally {
    await testBed.close();
  }
}

/**
 * @param {Case} one
 * @param {BenchOptions} options
 */
function chosen(one, { subjects }) {
  return one.subjects.filter((name) => subjects === undefined || subjects.includes(name));
}

/**
 * Prints every ratio beside its target. Returns the exit code: 1 when a quick run misses one by more than a third, or a subject failed.
 * One failure of a bare library is only printed: about once in thirty times node-zookeeper-client does not notice its lost session.
 *
 * @param {readonly Result[]} results
 * @param {readonly string[]} failed
 * @param {boolean} quick
 */
function conclude(results, failed, quick) {
  const verdicts = judge(results, readTargets());
  const texts = new Set(verdicts.map(({ target }) => target.text));
  for (const text of texts) {
    console.log(`\n${text}`);
    for (const verdict of verdicts) if (verdict.target.text === text) console.log(describeVerdict(verdict));
  }
  for (const what of failed) console.error(`\nFailed: ${what}`);
  const isFailure = failed.length > 1 || failed.some(isOfOurs);
  return isFailure || (quick && failures(verdicts).length > 0) ? 1 : 0;
}

/** @param {string} failure */
function isOfOurs(failure) {
  return subjects.some(({ name, ours }) => ours && failure.endsWith(`: ${name}`));
}

/**
 * @param {string} file
 * @param {object} content
 */
async function write(file, content) {
  await writeFile(file, `${JSON.stringify(content, undefined, 2)}\n`);
  console.log(`\nAll figures: ${file}`);
}
