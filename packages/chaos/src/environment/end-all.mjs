/**
 * Ends everything in order. An ending that hangs or fails is reported and does not delay the others further.
 *
 * @param {Record<string, () => Promise<unknown>>} endings by the name of the thing they end
 * @param {number} limitMs for each
 * @returns {Promise<string[]>} the endings that failed
 */
export async function endAll(endings, limitMs) {
  /** @type {string[]} */
  const violations = [];
  for (const [what, end] of Object.entries(endings)) {
    try {
      await within(end(), limitMs);
    } catch (error) {
      violations.push(`${what} did not end: ${error}`);
    }
  }
  return violations;
}

/**
 * @template T
 * @param {Promise<T>} work
 * @param {number} limitMs
 * @returns {Promise<T>}
 */
async function within(work, limitMs) {
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  /** @type {Promise<never>} */
  const limit = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not settled within ${limitMs} ms`)), limitMs);
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}
