/** @typedef {{ median: number, low: number, high: number }} Summary the middle one, the smallest and the largest */

/**
 * @param {readonly number[]} values at least one
 * @returns {Summary}
 */
export function summarise(values) {
  return { median: quantile(values, 0.5), low: Math.min(...values), high: Math.max(...values) };
}

/**
 * The quantile `at`, interpolated linearly between neighbours.
 *
 * @param {readonly number[]} values at least one, in any order
 * @param {number} at from 0 to 1
 */
export function quantile(values, at) {
  const sorted = [...values].sort((a, b) => a - b);
  const place = at * (sorted.length - 1);
  const below = sorted[Math.floor(place)];
  const above = sorted[Math.ceil(place)];
  if (below === undefined || above === undefined) throw new RangeError('No values');
  return below + (above - below) * (place - Math.floor(place));
}

/**
 * The slope of a line through the logarithms of both: cost = constant × size ^ exponent.
 *
 * @param {readonly (readonly [size: number, cost: number])[]} points two or more of different sizes, all more than 0
 */
export function exponentOf(points) {
  const logs = points.map(([size, cost]) => /** @type {const} */ ([Math.log(size), Math.log(cost)]));
  const meanX = mean(logs.map(([x]) => x));
  const meanY = mean(logs.map(([, y]) => y));
  const covariance = logs.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0);
  const variance = logs.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
  return covariance / variance;
}

/** @param {readonly number[]} values */
function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
