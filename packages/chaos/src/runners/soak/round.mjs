import { heal, replace } from '../../faults/soak-faults.mjs';
import { runStorm } from './storm.mjs';
import { untilRecovered } from './until-recovered.mjs';

/** @import { Violation } from '../../oracle/checks/violation.mjs' */
/** @import { StableBytes } from '../../oracle/checks/stable-bytes.mjs' */
/** @import { RoundPlan } from './fault-plan.mjs' */
/** @import { SoakEnvironment } from '../../faults/soak-faults.mjs' */
/** @import { LagMeter } from './lag-meter.mjs' */
/** @import { Tally } from './tally.mjs' */
/** @import { Outcome } from './until-recovered.mjs' */

/**
 * @typedef {object} RoundContext
 * @property {Tally} tally
 * @property {LagMeter} lag
 * @property {StableBytes} stableBytes
 * @property {number} timeoutMs of the sessions
 * @property {() => number} minutesSoFar
 * @property {number} seed
 */

/** In such a storm, pauses between attempts to reconnect grow to 10 s, those between attempts to register to 8 s. */
const pausesMs = 20_000;
const watchMs = 90_000;
const mostFindings = 30;

/**
 * A storm, then recovery. Resolves to true when everything recovered in time.
 *
 * @param {SoakEnvironment} environment
 * @param {RoundPlan} plan
 * @param {RoundContext} context
 */
export async function runRound(environment, plan, context) {
  const { tally, lag, stableBytes, timeoutMs, seed } = context;
  const { workers, timeline } = environment;
  timeline.restart();
  await runStorm(environment, plan, tally);
  workers.stopWorkload();
  await heal(environment);
  timeline.note('healed');
  const resetMinority = async (/** @type {readonly string[]} */ servers) => {
    tally.minority += servers.length;
    await replace(environment, servers);
  };
  const outcome = await untilRecovered(environment, {
    limitMs: 3 * timeoutMs + pausesMs,
    watchMs,
    lag,
    stableBytes,
    resetMinority,
  });
  if (!outcome.recovered) {
    printFailure(environment, plan, outcome, seed);
    return false;
  }
  tally.rounds += 1;
  tally.longestMs = Math.max(tally.longestMs, outcome.afterMs);
  const { operations, nodes, views } = tally.take(outcome.observation, workers, context.minutesSoFar());
  const seconds = (outcome.afterMs / 1000).toFixed(1);
  console.log(
    `round ${plan.round}: ${plan.steps.length} faults, ${operations} operations; recovered after ${seconds} s; ${nodes} nodes, ${views} views`,
  );
  return true;
}

/**
 * @param {SoakEnvironment} environment
 * @param {RoundPlan} plan
 * @param {Extract<Outcome, { recovered: false }>} outcome
 * @param {number} seed
 */
function printFailure({ workers, timeline }, { round }, { violations, verdict }, seed) {
  console.error(`\nFAILED in round ${round}, seed ${seed}: ${verdict}\n`);
  for (const { kind, text } of violations.slice(0, mostFindings)) console.error(`  ${kind}: ${text}`);
  if (violations.length > mostFindings) console.error(`  … and ${violations.length - mostFindings} more`);
  console.error('\nThe round:');
  for (const line of timeline.lines) console.error(`  ${line}`);
  for (const worker of workers.all.filter((each) => isMentioned(each.name, violations))) {
    console.error(`\n${worker.name}, ${JSON.stringify(worker.settings)}:`);
    for (const line of worker.log) console.error(`  ${line}`);
  }
}

/**
 * @param {string} name
 * @param {readonly Violation[]} violations
 */
function isMentioned(name, violations) {
  return violations.some(({ text }) => text.includes(name));
}
