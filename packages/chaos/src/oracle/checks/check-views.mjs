import { expectedSnapshot } from '../server-nodes.mjs';

/** @import { SubscriberReport, View } from '../../workload/worker/protocol.mjs' */
/** @import { ServerNodes } from '../server-nodes.mjs' */
/** @import { Check, Violation } from './violation.mjs' */

/**
 * Every view, and the last snapshot of every callback and loop, equals the servers' state.
 *
 * @type {Check}
 */
export function checkViews({ serverStates, workers }) {
  const nodes = serverStates[0]?.nodes ?? new Map();
  return workers.flatMap(({ name, report }) => [
    ...report.views.flatMap((view) => checkView(name, view, nodes)),
    ...report.subscribers.flatMap((subscriber) => checkSubscriber(name, subscriber, nodes)),
  ]);
}

/**
 * @param {string} worker
 * @param {View} view
 * @param {ServerNodes} nodes
 * @returns {Violation[]}
 */
function checkView(worker, { path, origin, detail, snapshot }, nodes) {
  if (origin !== 'live') return [{ kind: 'not live', text: `${worker}: ${path} is ${origin}` }];
  const full = expectedSnapshot(nodes, path, 'data');
  if (snapshot === full) return [];
  // A subscriber to names may see data too, when another subscriber of the path asked for data.
  const names = expectedSnapshot(nodes, path, 'names');
  if (detail === 'names' && snapshot === names) return [];
  return [{ kind: 'wrong view', text: `${worker}: ${difference(path, snapshot, detail === 'names' ? names : full)}` }];
}

/**
 * @param {string} worker
 * @param {SubscriberReport} subscriber
 * @param {ServerNodes} nodes
 * @returns {Violation[]}
 */
function checkSubscriber(worker, { path, name, detail, last }, nodes) {
  const expected = expectedSnapshot(nodes, path, detail);
  if (last === expected) return [];
  return [{ kind: 'wrong last value', text: `${worker}: ${name}, ${difference(path, last, expected)}` }];
}

/**
 * Describes only the differences: a service has many children.
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
  return `${path}: ${keys.map((key) => `${key} is ${left.get(key)}, expected ${right.get(key)}`).join('; ')}`;
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
