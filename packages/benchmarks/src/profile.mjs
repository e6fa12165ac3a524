/**
 * @typedef {object} Profile the format of `node --cpu-prof`
 * @property {readonly ProfileNode[]} nodes
 * @property {readonly number[]} samples ids of nodes
 * @property {readonly number[]} timeDeltas µs before each sample
 */

/** @typedef {{ id: number, callFrame: { functionName: string, url: string, lineNumber: number } }} ProfileNode */

const waiting = ['(idle)', '(program)', '(root)'];
const collector = '(garbage collector)';

/**
 * The functions with their self time, as shares of the time in which code was running.
 *
 * @param {Profile} profile
 * @returns {{ place: string, share: number }[]} the most first
 */
export function ownTimes(profile) {
  return shares(profile, placeOf);
}

/**
 * The same by owner: the garbage collector, one of our packages, a client library, Node, or compiled code without a file.
 *
 * @param {Profile} profile
 */
export function ownTimesByPart(profile) {
  return shares(profile, partOf);
}

/**
 * @param {Profile} profile
 * @param {(frame: ProfileNode['callFrame']) => string} nameOf
 */
function shares({ nodes, samples, timeDeltas }, nameOf) {
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  /** @type {Map<string, number>} */
  const times = new Map();
  for (const [index, id] of samples.entries()) {
    const frame = frames.get(id);
    if (frame === undefined || waiting.includes(frame.functionName)) continue;
    const name = nameOf(frame);
    // A sample covers the time until the next one.
    times.set(name, (times.get(name) ?? 0) + (timeDeltas[index + 1] ?? 0));
  }
  const total = [...times.values()].reduce((sum, time) => sum + time, 0);
  return [...times]
    .map(([place, time]) => ({ place, share: total === 0 ? 0 : time / total }))
    .sort((a, b) => b.share - a.share);
}

/** @param {ProfileNode['callFrame']} frame */
function placeOf({ functionName, url, lineNumber }) {
  const name = functionName === '' ? '(anonymous)' : functionName;
  const file = url.split('/').slice(-3).join('/');
  return file === '' ? name : `${name}  ${file}:${lineNumber + 1}`;
}

/** @param {ProfileNode['callFrame']} frame */
function partOf({ functionName, url }) {
  if (functionName === collector) return collector;
  if (url === '') return '(compiled code without a file)';
  if (url.startsWith('node:')) return 'node';
  const library = url.match(/.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//);
  return library?.[1] ?? url.match(/\/(packages\/[^/]+)\//)?.[1] ?? url;
}
