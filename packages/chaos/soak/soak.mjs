// The soak: processes of both backends, random faults from a seed, and after every storm a look at whether all is whole.
// Started by `npm run soak`, which builds what it runs.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { FaultProxy, ZooKeeperEnsemble } from '@ndsr/zookeeper-testing';
import { LastingBytes } from './check/lasting-bytes.mjs';
import { Crew } from './crew.mjs';
import { endAll } from './end-all.mjs';
import { FaultPlan } from './fault-plan.mjs';
import { LagMeter } from './lag-meter.mjs';
import { readOptions, UsageError } from './options.mjs';
import { Random } from './random.mjs';
import { playRound } from './round.mjs';
import { Tally } from './tally.mjs';
import { Timeline } from './timeline.mjs';

/** @import { Scene } from './faults.mjs' */
/** @import { SoakOptions } from './options.mjs' */

const timeoutMs = 4_000;
const tickTimeMs = 400;
const endLimitMs = 30_000;

// Not left to Node, which goes round for ever at its end when there is a socket that it cannot close: the verdict must come.
process.exit(await main(process.argv.slice(2)));

/** @param {readonly string[]} args */
async function main(args) {
  try {
    return await soak(readOptions(args));
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(error.message);
    return 2;
  }
}

/** @param {SoakOptions} options */
async function soak(options) {
  const { minutes, seed, workers, verbose } = options;
  console.log(`Soak: ${minutes} min, ${workers} processes, seed ${seed}`);
  const timeline = new Timeline(verbose ? (line) => console.log(line) : undefined);
  const ending = new AbortController();
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.once(signal, () => ending.abort(new Error(`ended by ${signal}`)));
  }
  const folder = await mkdtemp(join(tmpdir(), 'ndsr-soak-'));
  const ensemble = await ZooKeeperEnsemble.start({ tickTimeMs });
  const proxies = await Promise.all(ensemble.servers.map((upstream) => FaultProxy.open({ upstream })));
  const crew = new Crew({
    size: workers,
    seed,
    timeoutMs,
    direct: ensemble.connectString,
    proxied: proxies.map(({ address }) => address).join(','),
    cacheFile: join(folder, 'cache.json'),
    timeline,
  });
  /** @type {Scene} */
  const scene = {
    ensemble,
    proxies,
    crew,
    timeline,
    sleep: (ms) => sleep(ms, undefined, { signal: ending.signal }),
    isEnding: () => ending.signal.aborted,
  };
  const lag = new LagMeter();
  try {
    await crew.start();
    return await playRounds(scene, { options, lag });
  } catch (error) {
    if (!ending.signal.aborted) throw error;
    console.error(`\n${ending.signal.reason.message}`);
    return 130;
  } finally {
    lag.stop();
    const complaints = await endAll(
      {
        workers: () => crew.end(),
        proxies: () => Promise.all(proxies.map((proxy) => proxy.close())),
        servers: () => ensemble.stop(),
        'the folder': () => rm(folder, { recursive: true, force: true }),
      },
      endLimitMs,
    );
    for (const complaint of complaints) console.error(complaint);
  }
}

/**
 * @param {Scene} scene
 * @param {{ options: SoakOptions, lag: LagMeter }} context
 */
async function playRounds(scene, { options, lag }) {
  const { minutes, seed } = options;
  const plan = new FaultPlan(new Random(seed), timeoutMs);
  const tally = new Tally();
  const lastingBytes = new LastingBytes();
  const startedAt = performance.now();
  const minutesSoFar = () => (performance.now() - startedAt) / 60_000;
  while (minutesSoFar() < minutes) {
    const isWhole = await playRound(scene, plan.next(), { tally, lag, lastingBytes, timeoutMs, minutesSoFar, seed });
    if (!isWhole) {
      console.log(`\nBefore that:\n${tally.table({ minutes: minutesSoFar(), started: scene.crew.started })}`);
      return 1;
    }
  }
  const growth = tally.checkGrowth();
  for (const { kind, text } of growth) console.error(`${kind}: ${text}`);
  console.log(`\n${growth.length === 0 ? 'Clean' : 'FAILED'}, seed ${seed}\n`);
  console.log(tally.table({ minutes: minutesSoFar(), started: scene.crew.started }));
  return growth.length === 0 ? 0 : 1;
}
