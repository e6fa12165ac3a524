/** @import { Summary } from './statistics.mjs' */
/** @import { Environment } from './environment.mjs' */

const digits = 3;

/**
 * Three significant digits; no measurement here is more precise.
 *
 * @param {number} value
 */
export function formatNumber(value) {
  if (!Number.isFinite(value)) return String(value);
  return Number(value.toPrecision(digits)).toLocaleString('en-US', { maximumFractionDigits: 20 });
}

/** @param {Summary} summary */
export function formatSpread({ median, low, high }) {
  return `${formatNumber(median)} (${formatNumber(low)}–${formatNumber(high)})`;
}

/** @param {Environment} environment */
export function formatEnvironment({ commit, clean, machine, versions }) {
  const { cores, memoryBytes, cpu, system, loadAverage } = machine;
  const memory = `${formatNumber(memoryBytes / 2 ** 30)} GiB`;
  return [
    `machine: ${cores} cores (${cpu}), ${memory}, ${system}, load average ${formatNumber(loadAverage)} before the run`,
    `versions: ${Object.entries(versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(', ')}`,
    `commit: ${commit}${clean ? '' : ', with changes'}`,
  ];
}
