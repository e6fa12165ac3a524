import { heal, replace } from './faults.mjs';
import { storm } from './storm.mjs';
import { untilWhole } from './until-whole.mjs';

/** @import { Finding } from './check/finding.mjs' */
/** @import { LastingBytes } from './check/lasting-bytes.mjs' */
/** @import { RoundPlan } from './fault-plan.mjs' */
/** @import { Scene } from './faults.mjs' */
/** @import { LagMeter } from './lag-meter.mjs' */
/** @import { Tally } from './tally.mjs' */
/** @import { Outcome } from './until-whole.mjs' */

/**
 * @typedef {object} RoundContext
 * @property {Tally} tally
 * @property {LagMeter} lag
 * @property {LastingBytes} lastingBytes
 * @property {number} timeoutMs of the sessions
 * @property {() => number} minutesSoFar
 * @property {number} seed
 */

/** Pauses between attempts to reconnect grow to 10 s, those between attempts to register to 8 s in such a storm. */
const pausesMs = 20_000;
const watchMs = 90_000;
const mostFindings = 30;

/**
 * A storm, then peace. Whether all was whole in time.
 *
 * @param {Scene} scene
 * @param {RoundPlan} plan
 * @param {RoundContext} context
 */
export async function playRound(scene, plan, context) {
  const { tally, lag, lastingBytes, timeoutMs, seed } = context;
  const { crew, timeline } = scene;
  timeline.begin();
  await storm(scene, plan, tally);
  crew.settle();
  await heal(scene);
  timeline.add('peace');
  const mend = async (/** @type {readonly string[]} */ servers) => {
    tally.astray += servers.length;
    await replace(scene, servers);
  };
  const outcome = await untilWhole(scene, { limitMs: 3 * timeoutMs + pausesMs, watchMs, lag, lastingBytes, mend });
  if (!outcome.whole) {
    tellFailure(scene, plan, outcome, seed);
    return false;
  }
  tally.rounds += 1;
  tally.longestMs = Math.max(tally.longestMs, outcome.afterMs);
  const { acts, nodes, views } = tally.take(outcome.look, crew, context.minutesSoFar());
  const whole = (outcome.afterMs / 1000).toFixed(1);
  console.log(
    `round ${plan.round}: ${plan.steps.length} faults, ${acts} acts; whole after ${whole} s; ${nodes} nodes, ${views} views`,
  );
  return true;
}

/**
 * @param {Scene} scene
 * @param {RoundPlan} plan
 * @param {Extract<Outcome, { whole: false }>} outcome
 * @param {number} seed
 */
function tellFailure({ crew, timeline }, { round }, { findings, verdict }, seed) {
  console.error(`\nFAILED in round ${round}, seed ${seed}: ${verdict}\n`);
  for (const { kind, text } of findings.slice(0, mostFindings)) console.error(`  ${kind}: ${text}`);
  if (findings.length > mostFindings) console.error(`  … and ${findings.length - mostFindings} more`);
  console.error('\nThe round:');
  for (const line of timeline.lines) console.error(`  ${line}`);
  for (const worker of crew.workers.filter((each) => isMeant(each.name, findings))) {
    console.error(`\n${worker.name}, ${JSON.stringify(worker.settings)}:`);
    for (const line of worker.log) console.error(`  ${line}`);
  }
}

/**
 * @param {string} name
 * @param {readonly Finding[]} findings
 */
function isMeant(name, findings) {
  return findings.some(({ text }) => text.includes(name));
}
