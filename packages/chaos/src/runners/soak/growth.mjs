/** @typedef {{ minutes: number, bytes: number }} Sample */

/**
 * Bytes a minute, by least squares.
 *
 * @param {readonly Sample[]} samples
 */
export function slopeOf(samples) {
  const meanX = mean(samples.map(({ minutes }) => minutes));
  const meanY = mean(samples.map(({ bytes }) => bytes));
  const spread = samples.reduce((sum, { minutes }) => sum + (minutes - meanX) ** 2, 0);
  if (spread === 0) return 0;
  return samples.reduce((sum, { minutes, bytes }) => sum + (minutes - meanX) * (bytes - meanY), 0) / spread;
}

/** Memory growth of one process over the run. */
export class Growth {
  /** @type {Sample[]} */
  #samples = [];

  /** @param {Sample} sample */
  add(sample) {
    this.#samples.push(sample);
  }

  /** Without the first third, when caches fill and code is compiled. */
  get #settled() {
    return this.#samples.slice(Math.floor(this.#samples.length / 3));
  }

  get slope() {
    return slopeOf(this.#settled);
  }

  /** Fitted growth over the settled part, in bytes: a single outlier does not decide. */
  get bytes() {
    const settled = this.#settled;
    const first = settled[0]?.minutes ?? 0;
    const last = settled.at(-1)?.minutes ?? 0;
    return this.slope * (last - first);
  }

  get last() {
    return this.#samples.at(-1)?.bytes ?? 0;
  }
}

/** @param {readonly number[]} values */
function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
