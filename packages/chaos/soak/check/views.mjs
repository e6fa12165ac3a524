import { expectedSnapshot } from './expected-snapshot.mjs';

/** @import { SubscriberReport, View } from '../protocol.mjs' */
/** @import { Truth } from '../truth.mjs' */
/** @import { Check, Finding } from './finding.mjs' */

/**
 * Every view, and the last that every callback and loop was given, equals the truth.
 *
 * @type {Check}
 */
export function checkViews({ truths, workers }) {
  const truth = truths[0]?.truth ?? new Map();
  return workers.flatMap(({ name, report }) => [
    ...report.views.flatMap((view) => checkView(name, view, truth)),
    ...report.subscribers.flatMap((subscriber) => checkSubscriber(name, subscriber, truth)),
  ]);
}

/**
 * @param {string} worker
 * @param {View} view
 * @param {Truth} truth
 * @returns {Finding[]}
 */
function checkView(worker, { path, origin, detail, snapshot }, truth) {
  if (origin !== 'live') return [{ kind: 'not live', text: `${worker}: ${path} is ${origin}` }];
  const full = expectedSnapshot(truth, path, 'data');
  if (snapshot === full) return [];
  // Who asked for names may be shown more, where another has asked for more.
  const names = expectedSnapshot(truth, path, 'names');
  if (detail === 'names' && snapshot === names) return [];
  return [{ kind: 'wrong view', text: `${worker}: ${difference(path, snapshot, detail === 'names' ? names : full)}` }];
}

/**
 * @param {string} worker
 * @param {SubscriberReport} subscriber
 * @param {Truth} truth
 * @returns {Finding[]}
 */
function checkSubscriber(worker, { path, name, detail, last }, truth) {
  const expected = expectedSnapshot(truth, path, detail);
  if (last === expected) return [];
  return [{ kind: 'wrong last value', text: `${worker}: ${name}, ${difference(path, last, expected)}` }];
}

/**
 * Only what differs: a service has many children.
 *
 * @param {string} path
 * @param {string | null} seen
 * @param {string} expected
 */
function difference(path, seen, expected) {
  if (seen === null) return `${path} was never seen`;
  const left = flatten(JSON.parse(seen));
  const right = flatten(JSON.parse(expected));
  const keys = [...new Set([...left.keys(), ...right.keys()])].filter((key) => left.get(key) !== right.get(key));
  return `${path}: ${keys.map((key) => `${key} is ${left.get(key)}, in truth ${right.get(key)}`).join('; ')}`;
}

/** @param {{ data: unknown, children: Record<string, unknown>, stat: Record<string, unknown> | null }} snapshot */
function flatten({ data, children, stat }) {
  /** @type {Map<string, string>} */
  const flat = new Map([['data', JSON.stringify(data)]]);
  for (const [name, child] of Object.entries(children)) flat.set(`child ${name}`, JSON.stringify(child));
  if (stat === null) flat.set('stat', 'null');
  for (const [name, value] of Object.entries(stat ?? {})) flat.set(`stat.${name}`, String(value));
  return flat;
}
