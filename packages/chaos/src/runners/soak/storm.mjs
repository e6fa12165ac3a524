import { faults } from '../../faults/soak-faults.mjs';

/** @import { RoundPlan, Step } from './fault-plan.mjs' */
/** @import { SoakEnvironment } from '../../faults/soak-faults.mjs' */
/** @import { Tally } from './tally.mjs' */

/** A storm may last longer than planned by this factor, then its remaining faults are skipped: servers start slowly on a busy machine. */
const overtime = 1.3;

/**
 * Executes a plan: lanes concurrently, the faults of a lane in sequence.
 *
 * @param {SoakEnvironment} environment
 * @param {RoundPlan} plan
 * @param {Tally} tally
 */
export async function runStorm(environment, { steps, paceMs, stormMs }, tally) {
  const endsAt = performance.now() + overtime * stormMs;
  environment.workers.startWorkload(paceMs);
  const lanes = new Set(steps.map(({ lane }) => lane));
  await Promise.all(
    [...lanes].map((lane) =>
      runLane(
        environment,
        steps.filter((step) => step.lane === lane),
        endsAt,
        tally,
      ),
    ),
  );
}

/**
 * @param {SoakEnvironment} environment
 * @param {readonly Step[]} steps
 * @param {number} endsAt
 * @param {Tally} tally
 */
async function runLane(environment, steps, endsAt, tally) {
  for (const step of steps) {
    await environment.sleep(step.pauseMs);
    if (performance.now() > endsAt) return;
    await inject(environment, step, tally);
  }
}

/**
 * @param {SoakEnvironment} environment
 * @param {Step} step
 * @param {Tally} tally
 */
async function inject(environment, step, tally) {
  const { timeline } = environment;
  const fault = faults[step.fault];
  if (fault === undefined) throw new Error(`no fault '${step.fault}'`);
  timeline.note(`${step.fault}, for ${step.forMs} ms`);
  try {
    await fault(environment, step);
    tally.fault(step.fault);
    timeline.note(`healed: ${step.fault}`);
  } catch (error) {
    if (environment.isEnding()) throw error;
    // For example, during an election there is no leader to kill. Anything left over is healed after the storm.
    timeline.note(`failed: ${step.fault}: ${error}`);
  }
}
