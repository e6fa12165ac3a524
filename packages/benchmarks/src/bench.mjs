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
    const results = await playAll(options, { server, stagehand, profileFolder: options.profile });
    await stagehand.close();
    if (json !== undefined) await write(json, { ...around, quick, rounds, results });
    return conclude(results, quick);
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
  let turn = 0;
  for (const work of works.filter(({ name }) => options.works.includes(name))) {
    for (const one of options.quick ? work.quickCases : work.cases) {
      console.log(`\n${work.title}: ${one.name}`);
      /** @type {Measurement[]} */
      const measurements = [];
      for (const [round, contestants] of alternate(chosen(one, options), options.rounds).entries()) {
        for (const contestant of contestants) {
          turn += 1;
          const scene = new Scene(contestant, `/bench-${turn}`, stage);
          const figures = await play(work, one, scene);
          measurements.push({ work: work.name, case: one.name, contestant, round, figures });
        }
      }
      const found = resultsOf(measurements, work.figures);
      for (const result of found) console.log(describeResult(result));
      results.push(...found);
    }
  }
  return results;
}

/**
 * @param {Work} work
 * @param {Case} one
 * @param {Scene} scene
 */
async function play(work, one, scene) {
  try {
    return await work.play(scene, one.size, one.special ?? false);
  } catch (cause) {
    throw new Error(`${scene.contestant}, ${work.name} ${one.name}`, { cause });
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
 * Shows every ratio beside its target. The exit code: 1 when a quick run misses one by more than a third.
 *
 * @param {readonly Result[]} results
 * @param {boolean} quick
 */
function conclude(results, quick) {
  const verdicts = judge(results, readTargets());
  const texts = new Set(verdicts.map(({ target }) => target.text));
  for (const text of texts) {
    console.log(`\n${text}`);
    for (const verdict of verdicts) if (verdict.target.text === text) console.log(describeVerdict(verdict));
  }
  return quick && failures(verdicts).length > 0 ? 1 : 0;
}

/**
 * @param {string} file
 * @param {object} content
 */
async function write(file, content) {
  await writeFile(file, `${JSON.stringify(content, undefined, 2)}\n`);
  console.log(`\nAll figures: ${file}`);
}
