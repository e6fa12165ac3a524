/**
 * Ends what was started, one after the other; one that does not end, or fails, is told of and holds up nobody.
 *
 * @param {Record<string, () => Promise<unknown>>} endings by what they end
 * @param {number} limitMs for each
 * @returns {Promise<string[]>} what went wrong
 */
export async function endAll(endings, limitMs) {
  /** @type {string[]} */
  const complaints = [];
  for (const [what, end] of Object.entries(endings)) {
    try {
      await within(end(), limitMs);
    } catch (error) {
      complaints.push(`${what} did not end: ${error}`);
    }
  }
  return complaints;
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
    timer = setTimeout(() => reject(new Error(`nothing came of it for ${limitMs} ms`)), limitMs);
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}
