import { checkLook } from './check/check-look.mjs';
import { Dissent } from './dissent.mjs';
import { takeLook } from './take-look.mjs';

/** @import { Finding, Look } from './check/finding.mjs' */
/** @import { LastingBytes } from './check/lasting-bytes.mjs' */
/** @import { Scene } from './faults.mjs' */

/**
 * @typedef {object} Limits
 * @property {number} limitMs until when all must be whole
 * @property {number} watchMs how much longer a failure is watched, to tell late from never
 * @property {{ readonly totalMs: number }} lag how long this process was kept from running: moves the limit
 * @property {LastingBytes} lastingBytes
 * @property {() => number} [now] ms
 * @property {(scene: Scene) => Promise<Look>} [look]
 * @property {(servers: readonly string[]) => Promise<void>} mend gives servers that went astray the truth of the others
 */

/**
 * @typedef {{ whole: true, afterMs: number, look: Look } | { whole: false, afterMs: number, findings: Finding[], verdict: string }} Outcome
 */

const pauseMs = 400;

/**
 * Looks again and again until two looks in a row find nothing wrong. Where the servers themselves are of two minds and stay
 * so, what workers see cannot be judged: the minority is mended, once, and all begins anew.
 *
 * @param {Scene} scene healed, its workers told to settle
 * @param {Limits} limits
 * @returns {Promise<Outcome>}
 */
export async function untilWhole(scene, limits) {
  const { limitMs, watchMs, lag, lastingBytes, now = () => performance.now(), look: take = takeLook, mend } = limits;
  let startedAt = now();
  let laggedBefore = lag.totalMs;
  const dissent = new Dissent(now);
  /** @type {number | undefined} */
  let firstCleanMs;
  /** @type {Finding[] | undefined} */
  let overdue;
  for (;;) {
    const afterMs = now() - startedAt;
    const { look, findings } = await examine(scene, take, lastingBytes);
    if (look !== undefined && findings.length === 0) {
      if (overdue !== undefined) return failed(afterMs, overdue, `late: whole only after ${seconds(afterMs)}`);
      if (firstCleanMs !== undefined) return { whole: true, afterMs: firstCleanMs, look };
      firstCleanMs = afterMs;
    } else {
      firstCleanMs = undefined;
      const astray = dissent.lasting(look);
      if (astray.length > 0) {
        await mend(astray);
        startedAt = now();
        laggedBefore = lag.totalMs;
        overdue = undefined;
        continue;
      }
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
 * @param {Scene} scene
 * @param {(scene: Scene) => Promise<Look>} take
 * @param {LastingBytes} lastingBytes
 * @returns {Promise<{ look?: Look, findings: Finding[] }>}
 */
async function examine(scene, take, lastingBytes) {
  const ended = endings(scene);
  if (ended.length > 0) return { findings: ended };
  try {
    const look = await take(scene);
    const findings = checkLook(look);
    return { look, findings: findings.length > 0 ? findings : lastingBytes.check(look) };
  } catch (error) {
    if (scene.isEnding()) throw error;
    return { findings: [{ kind: 'no look', text: String(error) }, ...endings(scene)] };
  }
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

/**
 * @param {number} afterMs
 * @param {Finding[]} findings
 * @param {string} verdict
 * @returns {Outcome}
 */
function failed(afterMs, findings, verdict) {
  return { whole: false, afterMs, findings, verdict };
}

/** @param {number} ms */
function seconds(ms) {
  return `${(ms / 1000).toFixed(1)} s`;
}
