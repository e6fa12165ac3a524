import { within } from '../within.mjs';

/**
 * Ends everything in order. An ending that hangs or fails is reported and does not delay the others further.
 *
 * @param {Record<string, () => Promise<unknown>>} endings by the name of the thing they end
 * @param {number} limitMs for each
 * @returns {Promise<string[]>} the endings that failed
 */
export async function endAll(endings, limitMs) {
  /** @type {string[]} */
  const failures = [];
  for (const [what, end] of Object.entries(endings)) {
    try {
      await within(`${what} end`, end(), limitMs);
    } catch (error) {
      failures.push(`${what} did not end: ${error}`);
    }
  }
  return failures;
}
