// `npm run start-up`: how long the packages take to start, relative to Node itself, and how much is installed. Fails when a goal
// is missed by more than a third. Each figure is the median over rounds, and each round compares processes that run one after the
// other: a machine that is slow or busy slows both down.
//
// `--rounds N` (default 21): more rounds, steadier figures. `--no-bounds`: only measure.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { ZooKeeperServer } from '../packages/zookeeper-testing/dist/index.js';
import { publishedPackages } from './members.mjs';
import { packedFiles } from './packed-files.mjs';
import { root, runMain, StepError } from './workspace.mjs';

/** @type {Readonly<Record<string, number>>} the goals for `ndsr get /`, by the name in the URL */
const commandGoals = { zookeeper: 2.2, 'zookeeper-js': 2.5 };
const importGoal = 0.25;
/** How far above its goal a ratio fails: on a busy machine they differ by a tenth from run to run. */
const tolerance = 4 / 3;

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '21' }, 'no-bounds': { type: 'boolean', default: false } },
});
const rounds = Number(values.rounds);
const folder = mkdtempSync(join(tmpdir(), 'ndsr-start-up-'));
const bare = ['-e', '0'];

await runMain(async () => {
  const server = await ZooKeeperServer.start();
  try {
    const failed = [compareImport(), ...Object.keys(commandGoals).map((name) => compareCommand(name, server.address))];
    reportBytes();
    if (failed.includes(true) && !values['no-bounds']) throw new StepError('Something starts too slowly.');
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
});

/** The time that `import '@ndsr/core'` adds to an empty module, in units of `node -e 0`. */
function compareImport() {
  const core = pathToFileURL(join(root, 'packages/core/dist/index.js')).href;
  const [empty, importing] = [join(folder, 'empty.mjs'), join(folder, 'importing.mjs')];
  writeFileSync(empty, '');
  writeFileSync(importing, `import ${JSON.stringify(core)};\n`);
  const ratio = medianOf(() => {
    const [node, without, withCore] = [run(bare), run([empty]), run([importing])];
    return (withCore - without) / node;
  });
  return report("import '@ndsr/core', above an empty module", ratio, importGoal);
}

/**
 * @param {string} backend
 * @param {string} address
 */
function compareCommand(backend, address) {
  const command = [join(root, 'packages/cli/bin/ndsr.js'), '--url', `${backend}://${address}`, 'get', '/'];
  const ratio = medianOf(() => {
    const node = run(bare);
    // In the folder of the backend, where the command finds it whether it comes with it or not.
    return run(command, join(root, 'packages', backend)) / node;
  });
  return report(`ndsr get / on ${backend}`, ratio, commandGoals[backend] ?? Number.POSITIVE_INFINITY);
}

/**
 * @param {string} what
 * @param {number} ratio
 * @param {number} goal
 * @returns {boolean} true when the goal is missed by more than a third
 */
function report(what, ratio, goal) {
  console.log(`${what}: ${ratio.toFixed(2)} x node -e 0 (goal: at most ${goal})`);
  return ratio > goal * tolerance;
}

function reportBytes() {
  for (const { manifest, folder: place } of publishedPackages()) {
    const { bytes, files } = packedFiles(place);
    console.log(`${manifest.name}: ${(bytes / 1e6).toFixed(2)} MB unpacked, ${files} files`);
  }
}

/** @param {() => number} measure */
function medianOf(measure) {
  // The first round fills the file cache.
  measure();
  const results = Array.from({ length: rounds }, measure).sort((a, b) => a - b);
  return results[Math.floor(rounds / 2)] ?? Number.NaN;
}

/**
 * @param {readonly string[]} args
 * @param {string} [cwd]
 * @returns {number} milliseconds from start to end of a Node process
 */
function run(args, cwd) {
  const start = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, { cwd, encoding: 'utf8', timeout: 60_000 });
  const duration = performance.now() - start;
  if (status !== 0) throw new StepError(`node ${args.join(' ')} ended with ${status}:\n${stderr}`);
  return duration;
}
