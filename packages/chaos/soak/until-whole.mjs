import { checkLook } from './check/check-look.mjs';
import { takeLook } from './take-look.mjs';

/** @import { Finding, Look } from './check/finding.mjs' */
/** @import { LastingBytes } from './check/lasting-bytes.mjs' */
/** @import { Scene } from './faults.mjs' */
/** @import { LagMeter } from './lag-meter.mjs' */

/**
 * @typedef {object} Limits
 * @property {number} limitMs until when all must be whole
 * @property {number} watchMs how much longer a failure is watched, to tell late from never
 * @property {LagMeter} lag
 * @property {LastingBytes} lastingBytes
 */

/**
 * @typedef {{ whole: true, afterMs: number, look: Look } | { whole: false, afterMs: number, findings: Finding[], verdict: string }} Outcome
 */

const pauseMs = 400;

/**
 * Looks again and again until two looks in a row find nothing wrong.
 *
 * @param {Scene} scene healed, its workers told to settle
 * @param {Limits} limits
 * @returns {Promise<Outcome>}
 */
export async function untilWhole(scene, { limitMs, watchMs, lag, lastingBytes }) {
  const startedAt = performance.now();
  const laggedBefore = lag.totalMs;
  /** @type {number | undefined} */
  let firstCleanMs;
  /** @type {Finding[] | undefined} */
  let overdue;
  for (;;) {
    const afterMs = performance.now() - startedAt;
    const look = await takeLook(scene).catch((error) => String(error));
    const findings = typeof look === 'string' ? [{ kind: 'no look', text: look }] : checkLook(look);
    findings.push(...endings(scene));
    if (findings.length === 0 && typeof look !== 'string') {
      const lasting = lastingBytes.check(look);
      if (lasting.length > 0) return { whole: false, afterMs, findings: lasting, verdict: 'what must never happen' };
      if (overdue !== undefined) return failed(afterMs, overdue, `late: whole only after ${seconds(afterMs)}`);
      if (firstCleanMs !== undefined) return { whole: true, afterMs: firstCleanMs, look };
      firstCleanMs = afterMs;
    } else {
      firstCleanMs = undefined;
      const final = findings.filter((finding) => finding.final);
      if (final.length > 0) return failed(afterMs, final, 'what must never happen');
      const mostMs = limitMs + 2 * (lag.totalMs - laggedBefore);
      if (afterMs > mostMs) overdue ??= findings;
      if (afterMs > mostMs + watchMs) return failed(afterMs, findings, `still so after ${seconds(afterMs)}`);
    }
    await scene.sleep(pauseMs);
  }
}

/**
 * @param {number} afterMs
 * @param {Finding[]} findings
 * @param {string} verdict
 * @returns {Outcome}
 */
function failed(afterMs, findings, verdict) {
  return { whole: false, afterMs, findings, verdict };
}

/**
 * No worker ends by itself.
 *
 * @param {Scene} scene
 * @returns {Finding[]}
 */
function endings({ crew }) {
  return crew.workers.flatMap(({ name, ending }) =>
    ending === undefined ? [] : [{ kind: 'trouble', text: `${name} has ended by itself: ${ending}`, final: true }],
  );
}

/** @param {number} ms */
function seconds(ms) {
  return `${(ms / 1000).toFixed(1)} s`;
}
