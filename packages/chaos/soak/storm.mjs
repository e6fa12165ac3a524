import { faults } from './faults.mjs';

/** @import { RoundPlan, Step } from './fault-plan.mjs' */
/** @import { Scene } from './faults.mjs' */
/** @import { Tally } from './tally.mjs' */

/** So much longer than planned may a storm last before the rest of it is left out: servers are slow to start on a busy machine. */
const overtime = 1.3;

/**
 * Carries out a plan: lanes side by side, the faults of a lane one after another.
 *
 * @param {Scene} scene
 * @param {RoundPlan} plan
 * @param {Tally} tally
 */
export async function storm(scene, { steps, paceMs, stormMs }, tally) {
  const endsAt = performance.now() + overtime * stormMs;
  scene.crew.churn(paceMs);
  const lanes = new Set(steps.map(({ lane }) => lane));
  await Promise.all(
    [...lanes].map((lane) =>
      runLane(
        scene,
        steps.filter((step) => step.lane === lane),
        endsAt,
        tally,
      ),
    ),
  );
}

/**
 * @param {Scene} scene
 * @param {readonly Step[]} steps
 * @param {number} endsAt
 * @param {Tally} tally
 */
async function runLane(scene, steps, endsAt, tally) {
  for (const step of steps) {
    await scene.sleep(step.pauseMs);
    if (performance.now() > endsAt) return;
    await inflict(scene, step, tally);
  }
}

/**
 * @param {Scene} scene
 * @param {Step} step
 * @param {Tally} tally
 */
async function inflict(scene, step, tally) {
  const { timeline } = scene;
  const fault = faults[step.fault];
  if (fault === undefined) throw new Error(`no fault '${step.fault}'`);
  timeline.add(`${step.fault}, for ${step.forMs} ms`);
  try {
    await fault(scene, step);
    tally.fault(step.fault);
    timeline.add(`over: ${step.fault}`);
  } catch (error) {
    if (scene.isEnding()) throw error;
    // During an election there is no leader to kill, for one. What it left is healed after the storm.
    timeline.add(`did not work: ${step.fault}: ${error}`);
  }
}
