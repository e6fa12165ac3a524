import { checkObservation } from '../../oracle/checks/check-observation.mjs';
import { observe } from '../../oracle/observe.mjs';
import { SplitBrain } from '../../oracle/split-brain.mjs';

/** @import { Violation, Observation } from '../../oracle/checks/violation.mjs' */
/** @import { StableBytes } from '../../oracle/checks/stable-bytes.mjs' */
/** @import { SoakEnvironment } from '../../faults/soak-faults.mjs' */

/**
 * @typedef {object} Limits
 * @property {number} limitMs how long the recovery may take
 * @property {number} watchMs how much longer a failure is observed, to distinguish late from never
 * @property {{ readonly totalMs: number }} lag how long this process was kept from running: extends the limit
 * @property {StableBytes} stableBytes
 * @property {() => number} [now] ms
 * @property {(environment: SoakEnvironment) => Promise<Observation>} [observe]
 * @property {(servers: readonly string[]) => Promise<void>} resetMinority empties servers that differ from the majority, so that they copy its state
 */

/**
 * @typedef {{ recovered: true, afterMs: number, observation: Observation } | { recovered: false, afterMs: number, violations: Violation[], verdict: string }} Outcome
 */

const pauseMs = 400;

/**
 * Observes repeatedly until two observations in a row have no violation. When the servers' own states differ for good, the workers
 * cannot be judged: the minority is reset, once, and the time limit starts again.
 *
 * @param {SoakEnvironment} environment healed, with the workers' workload stopped
 * @param {Limits} limits
 * @returns {Promise<Outcome>}
 */
export async function untilRecovered(environment, limits) {
  const {
    limitMs,
    watchMs,
    lag,
    stableBytes,
    now = () => performance.now(),
    observe: take = observe,
    resetMinority,
  } = limits;
  let startedAt = now();
  let laggedBefore = lag.totalMs;
  const splitBrain = new SplitBrain(now);
  /** @type {number | undefined} */
  let firstCleanMs;
  /** @type {Violation[] | undefined} */
  let overdue;
  for (;;) {
    const afterMs = now() - startedAt;
    const { observation, violations } = await examine(environment, take, stableBytes);
    if (observation !== undefined && violations.length === 0) {
      if (overdue !== undefined) return failed(afterMs, overdue, `late: recovered only after ${seconds(afterMs)}`);
      if (firstCleanMs !== undefined) return { recovered: true, afterMs: firstCleanMs, observation };
      firstCleanMs = afterMs;
    } else {
      firstCleanMs = undefined;
      const minority = splitBrain.lasting(observation);
      if (minority.length > 0) {
        await resetMinority(minority);
        startedAt = now();
        laggedBefore = lag.totalMs;
        overdue = undefined;
        continue;
      }
      const final = violations.filter((violation) => violation.final);
      if (final.length > 0) return failed(afterMs, final, 'what must never happen');
      const maxMs = limitMs + 2 * (lag.totalMs - laggedBefore);
      if (afterMs > maxMs) overdue ??= violations;
      if (afterMs > maxMs + watchMs) return failed(afterMs, violations, `still so after ${seconds(afterMs)}`);
    }
    await environment.sleep(pauseMs);
  }
}

/**
 * @param {SoakEnvironment} environment
 * @param {(environment: SoakEnvironment) => Promise<Observation>} take
 * @param {StableBytes} stableBytes
 * @returns {Promise<{ observation?: Observation, violations: Violation[] }>}
 */
async function examine(environment, take, stableBytes) {
  const ended = endings(environment);
  if (ended.length > 0) return { violations: ended };
  try {
    const observation = await take(environment);
    const violations = checkObservation(observation);
    return { observation, violations: violations.length > 0 ? violations : stableBytes.check(observation) };
  } catch (error) {
    if (environment.isEnding()) throw error;
    return { violations: [{ kind: 'no observation', text: String(error) }, ...endings(environment)] };
  }
}

/**
 * A worker that ended by itself is a violation.
 *
 * @param {SoakEnvironment} environment
 * @returns {Violation[]}
 */
function endings({ workers }) {
  return workers.all.flatMap(({ name, ending }) =>
    ending === undefined ? [] : [{ kind: 'trouble', text: `${name} has ended by itself: ${ending}`, final: true }],
  );
}

/**
 * @param {number} afterMs
 * @param {Violation[]} violations
 * @param {string} verdict
 * @returns {Outcome}
 */
function failed(afterMs, violations, verdict) {
  return { recovered: false, afterMs, violations, verdict };
}

/** @param {number} ms */
function seconds(ms) {
  return `${(ms / 1000).toFixed(1)} s`;
}
