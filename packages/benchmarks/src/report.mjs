import { formatNumber, formatSpread } from './format.mjs';

/** @import { Result } from './results.mjs' */
/** @import { Target, Verdict } from './targets.mjs' */

/** @param {Result} result */
export function describeResult({ title, unit, contestants, comparisons }) {
  const width = Math.max(...Object.keys(contestants).map((name) => name.length));
  const lines = Object.entries(contestants).map(([name, measured]) => {
    const beside = comparisons
      .filter(({ ours }) => ours === name)
      .map((ratio) => `${formatSpread(ratio)} of ${ratio.peer}`);
    return `    ${name.padEnd(width)}  ${formatSpread(measured)} ${unit}${beside.length > 0 ? `   ${beside.join('; ')}` : ''}`;
  });
  return [`  ${title}`, ...lines].join('\n');
}

/** @param {Verdict} verdict */
export function describeVerdict({ target, subject, case: size, value, outcome }) {
  return `  ${subject}: ${formatNumber(value)} where ${bound(target)} is asked for (${target.work} ${size}): ${outcome}`;
}

/** @param {Target} target */
export function bound({ atLeast, atMost }) {
  return atLeast === undefined ? `at most ${formatNumber(atMost ?? Number.NaN)}` : `at least ${formatNumber(atLeast)}`;
}
