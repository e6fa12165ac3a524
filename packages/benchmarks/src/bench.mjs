// The benchmarks: every contestant does every work, in turns, on one server. Started by `npm run bench`, which builds what it runs.
import { writeFile } from 'node:fs/promises';
import { ZooKeeperServer } from '@ndsr/zookeeper-testing';
import { circumstances } from './circumstances.mjs';
import { everybody } from './contestants.mjs';
import { formatCircumstances } from './format.mjs';
import { readOptions, UsageError } from './options.mjs';
import { describeResult, describeVerdict } from './report.mjs';
import { resultsOf } from './results.mjs';
import { alternate } from './rounds.mjs';
import { Scene } from './scene/scene.mjs';
import { ZooKeeperStagehand } from './scene/zookeeper-stagehand.mjs';
import { failures, judge, readTargets } from './targets.mjs';
import { works } from './works/works.mjs';

/** @import { BenchOptions } from './options.mjs' */
/** @import { Measurement, Result } from './results.mjs' */
/** @import { Stage } from './scene/scene.mjs' */
/** @import { Case, Work } from './works/work.mjs' */

// Sessions of up to 20 s; nothing is written aside in the middle of a measurement.
const serverOptions = { tickTimeMs: 1_000, javaOptions: ['-Xmx1g', '-Dzookeeper.snapCount=100000000'] };

process.exit(await main(process.argv.slice(2)));

/** @param {readonly string[]} args */
async function main(args) {
  try {
    return await bench(readOptions(args, { works: works.map(({ name }) => name), contestants: everybody }));
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
    const around = await circumstances(server);
    for (const line of formatCircumstances(around)) console.log(line);
    console.log(`${rounds} rounds; the median, and in brackets the lowest and the highest`);
    const stagehand = await ZooKeeperStagehand.open(server.address);
    const { results, failed } = await playAll(options, { server, stagehand, profileFolder: options.profile });
    await stagehand.close();
    if (json !== undefined) await write(json, { ...around, quick, rounds, failed, results });
    return conclude(results, failed, quick);
  } finally {
    await server.stop();
  }
}

/**
 * @param {BenchOptions} options
 * @param {Stage} stage
 */
async function playAll(options, stage) {
  /** @type {Result[]} */
  const results = [];
  /** @type {string[]} */
  const failed = [];
  for (const work of works.filter(({ name }) => options.works.includes(name))) {
    for (const one of options.quick ? work.quickCases : work.cases) {
      console.log(`\n${work.title}: ${one.name}`);
      const measurements = await playCase(work, one, options, stage, failed);
      const found = resultsOf(measurements, work.figures);
      for (const result of found) console.log(describeResult(result));
      results.push(...found);
    }
  }
  return { results, failed };
}

/**
 * @param {Work} work
 * @param {Case} one
 * @param {BenchOptions} options
 * @param {Stage} stage
 * @param {string[]} failed is told what came to nothing; the others go on
 */
async function playCase(work, one, options, stage, failed) {
  /** @type {Measurement[]} */
  const measurements = [];
  for (const [round, contestants] of alternate(chosen(one, options), options.rounds).entries()) {
    for (const contestant of contestants) {
      const place = { work: work.name, case: one.name, contestant, round };
      try {
        measurements.push({ ...place, figures: await play(work, one, place, stage) });
      } catch (error) {
        console.error(`  round ${round}: ${contestant} failed:`, error);
        failed.push(`${work.name} ${one.name}, round ${round}: ${contestant}`);
      }
    }
  }
  return measurements;
}

/**
 * @param {Work} work
 * @param {Case} one
 * @param {{ contestant: string, round: number }} turn
 * @param {Stage} stage
 */
async function play(work, one, { contestant, round }, stage) {
  const scene = new Scene(contestant, `/${work.name}-${one.name}-${round}-${contestant}`, stage);
  try {
    return await work.play(scene, one.size, one.special ?? false);
  } finally {
    await scene.close();
  }
}

/**
 * @param {Case} one
 * @param {BenchOptions} options
 */
function chosen(one, { contestants }) {
  return one.contestants.filter((name) => contestants === undefined || contestants.includes(name));
}

/**
 * Shows every ratio beside its target. The exit code: 1 when a quick run misses one by more than a third, or somebody failed.
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
  return failed.length > 0 || (quick && failures(verdicts).length > 0) ? 1 : 0;
}

/**
 * @param {string} file
 * @param {object} content
 */
async function write(file, content) {
  await writeFile(file, `${JSON.stringify(content, undefined, 2)}\n`);
  console.log(`\nAll figures: ${file}`);
}
