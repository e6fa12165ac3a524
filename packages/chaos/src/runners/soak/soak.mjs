// The soak: processes of all backends, random faults from a seed, and a check of all invariants after every storm.
// Started by `npm run soak`, which builds what it runs.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { FaultProxy, ZooKeeperEnsemble } from '@ndsr/zookeeper-testing';
import { endAll } from '../../environment/end-all.mjs';
import { Workers } from '../../environment/workers.mjs';
import { StableBytes } from '../../oracle/checks/stable-bytes.mjs';
import { Random } from '../../random.mjs';
import { Timeline } from '../../timeline.mjs';
import { FaultPlan } from './fault-plan.mjs';
import { LagMeter } from './lag-meter.mjs';
import { readOptions, UsageError } from './options.mjs';
import { runRound } from './round.mjs';
import { Tally } from './tally.mjs';

/** @import { SoakEnvironment } from '../../faults/soak-faults.mjs' */
/** @import { SoakOptions } from './options.mjs' */

const timeoutMs = 4_000;
const tickTimeMs = 400;
const endLimitMs = 30_000;

// An explicit exit: a socket that cannot be closed would keep Node running for ever.
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
  const { minutes, seed, workers: size, verbose } = options;
  console.log(`Soak: ${minutes} min, ${size} processes, seed ${seed}`);
  const timeline = new Timeline(verbose ? (line) => console.log(line) : undefined);
  const ending = new AbortController();
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.once(signal, () => ending.abort(new Error(`ended by ${signal}`)));
  }
  const folder = await mkdtemp(join(tmpdir(), 'ndsr-soak-'));
  const ensemble = await ZooKeeperEnsemble.start({ tickTimeMs });
  const proxies = await Promise.all(ensemble.servers.map((upstream) => FaultProxy.open({ upstream })));
  const workers = new Workers({
    size,
    seed,
    timeoutMs,
    direct: ensemble.connectString,
    proxied: proxies.map(({ address }) => address).join(','),
    cacheFile: join(folder, 'cache.json'),
    timeline,
  });
  /** @type {SoakEnvironment} */
  const environment = {
    ensemble,
    proxies,
    workers,
    timeline,
    sleep: (ms) => sleep(ms, undefined, { signal: ending.signal }),
    isEnding: () => ending.signal.aborted,
  };
  const lag = new LagMeter();
  try {
    await workers.start();
    return await runRounds(environment, { options, lag });
  } catch (error) {
    if (!ending.signal.aborted) throw error;
    console.error(`\n${ending.signal.reason.message}`);
    return 130;
  } finally {
    lag.stop();
    const violations = await endAll(
      {
        workers: () => workers.end(),
        proxies: () => Promise.all(proxies.map((proxy) => proxy.close())),
        servers: () => ensemble.stop(),
        'the folder': () => rm(folder, { recursive: true, force: true }),
      },
      endLimitMs,
    );
    for (const violation of violations) console.error(violation);
  }
}

/**
 * @param {SoakEnvironment} environment
 * @param {{ options: SoakOptions, lag: LagMeter }} context
 */
async function runRounds(environment, { options, lag }) {
  const { minutes, seed } = options;
  const plan = new FaultPlan(new Random(seed), timeoutMs);
  const tally = new Tally();
  const stableBytes = new StableBytes();
  const startedAt = performance.now();
  const minutesSoFar = () => (performance.now() - startedAt) / 60_000;
  while (minutesSoFar() < minutes) {
    const isRecovered = await runRound(environment, plan.next(), {
      tally,
      lag,
      stableBytes,
      timeoutMs,
      minutesSoFar,
      seed,
    });
    if (!isRecovered) {
      console.log(`\nBefore that:\n${tally.table({ minutes: minutesSoFar(), started: environment.workers.started })}`);
      return 1;
    }
  }
  const growth = tally.checkGrowth();
  for (const { kind, text } of growth) console.error(`${kind}: ${text}`);
  console.log(`\n${growth.length === 0 ? 'Clean' : 'FAILED'}, seed ${seed}\n`);
  console.log(tally.table({ minutes: minutesSoFar(), started: environment.workers.started }));
  return growth.length === 0 ? 0 : 1;
}
