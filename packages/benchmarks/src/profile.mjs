/**
 * @typedef {object} Profile as `node --cpu-prof` writes it
 * @property {readonly { id: number, callFrame: { functionName: string, url: string, lineNumber: number } }[]} nodes
 * @property {readonly number[]} samples ids of nodes
 * @property {readonly number[]} timeDeltas µs before each sample
 */

const waiting = ['(idle)', '(program)', '(root)'];

/**
 * The functions by the time that they took themselves, as shares of the time in which anything ran.
 *
 * @param {Profile} profile
 * @returns {{ place: string, share: number }[]} the most first
 */
export function ownTimes({ nodes, samples, timeDeltas }) {
  const places = new Map(nodes.map(({ id, callFrame }) => [id, placeOf(callFrame)]));
  /** @type {Map<string, number>} */
  const times = new Map();
  for (const [index, id] of samples.entries()) {
    const place = places.get(id) ?? '';
    // A sample stands for the time until the next one.
    if (!waiting.includes(place)) times.set(place, (times.get(place) ?? 0) + (timeDeltas[index + 1] ?? 0));
  }
  const total = [...times.values()].reduce((sum, time) => sum + time, 0);
  return [...times]
    .map(([place, time]) => ({ place, share: total === 0 ? 0 : time / total }))
    .sort((a, b) => b.share - a.share);
}

/** @param {Profile['nodes'][number]['callFrame']} frame */
function placeOf({ functionName, url, lineNumber }) {
  const name = functionName === '' ? '(anonymous)' : functionName;
  const file = url.split('/').slice(-3).join('/');
  return file === '' ? name : `${name}  ${file}:${lineNumber + 1}`;
}
