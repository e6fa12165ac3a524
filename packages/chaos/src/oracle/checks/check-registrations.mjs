import { config, contestedPaths, parentOf, root, services } from '../paths.mjs';
import { dataFrom } from '../server-nodes.mjs';

/** @import { Registration } from '../../workload/worker/protocol.mjs' */
/** @import { StoredNode, ServerNodes } from '../server-nodes.mjs' */
/** @import { Check, Violation, Observation, ObservedWorker } from './violation.mjs' */

const scaffolding = new Set([root, ...services, parentOf(contestedPaths[0] ?? ''), config]);

/**
 * Every desired registration of a running worker exists and is owned by it; no other node exists.
 *
 * @type {Check}
 */
export function checkRegistrations(observation) {
  const nodes = observation.serverStates[0]?.nodes ?? new Map();
  const { workers } = observation;
  return [
    ...workers.flatMap((worker) =>
      worker.report.wanted.flatMap((registration) => checkOwn(worker, registration, nodes)),
    ),
    ...workers.flatMap(checkEvents),
    ...contestedPaths.flatMap((path) => checkContested(path, workers, nodes)),
    ...workers.flatMap((worker) => checkConfig(worker, nodes)),
    ...checkStrays(observation, nodes),
  ];
}

/**
 * @param {ObservedWorker} worker
 * @param {Registration} registration
 * @param {ServerNodes} nodes
 * @returns {Violation[]}
 */
function checkOwn(worker, registration, nodes) {
  const node = nodes.get(registration.path);
  const subject = `${worker.name}: ${registration.path}`;
  if (node === undefined)
    return [{ kind: 'registration missing', text: `${subject} (change ${registration.n}) is not there` }];
  const owner = sessionOf(node);
  if (owner !== worker.report.sessionId) {
    const text = `${subject} belongs to session ${owner}, not to ${worker.report.sessionId}; it holds ${node.text}`;
    return [{ kind: 'registration of another session', text }];
  }
  if (isFrom(worker, registration.n, node)) return [];
  return [{ kind: 'wrong bytes', text: `${subject} should be change ${registration.n}, and holds ${node.text}` }];
}

/**
 * The events of a worker agree with its desired state.
 *
 * @param {ObservedWorker} worker
 * @returns {Violation[]}
 */
function checkEvents({ name, report }) {
  const registered = new Set(report.registered);
  const wanted = new Set(report.wanted.map(({ path }) => path));
  const contested = new Set(report.contested.map(({ path }) => path));
  const missing = [...wanted].filter((path) => !registered.has(path));
  const stale = [...registered].filter((path) => !wanted.has(path) && !contested.has(path));
  return [
    ...missing.map((path) => ({ kind: 'event missing', text: `${name}: no 'registered' for ${path}` })),
    ...stale.map((path) => ({ kind: 'event missing', text: `${name}: no 'unregistered' for ${path}` })),
  ];
}

/**
 * One of the contenders owns the path, and the others have not reported it as registered.
 *
 * @param {string} path
 * @param {readonly ObservedWorker[]} workers
 * @param {ServerNodes} nodes
 * @returns {Violation[]}
 */
function checkContested(path, workers, nodes) {
  const node = nodes.get(path);
  const contenders = workers.filter(({ report }) =>
    report.contested.some((registration) => registration.path === path),
  );
  if (node === undefined) {
    if (contenders.length === 0) return [];
    return [{ kind: 'registration missing', text: `${path} does not exist; desired by ${namesOf(contenders)}` }];
  }
  const owner = contenders.find(({ report }) => report.sessionId === sessionOf(node));
  if (owner === undefined) {
    const text = `${path} belongs to session ${sessionOf(node)}, which is none of ${namesOf(contenders)}: ${node.text}`;
    return [{ kind: 'stale registration', text }];
  }
  const registration = owner.report.contested.find((each) => each.path === path);
  const isRight = registration !== undefined && isFrom(owner, registration.n, node);
  const mistaken = contenders.filter(
    (contender) => contender.report.registered.includes(path) !== (contender === owner),
  );
  return [
    ...(isRight
      ? []
      : [{ kind: 'wrong bytes', text: `${path} of ${owner.name}, change ${registration?.n}: ${node.text}` }]),
    ...mistaken.map(({ name }) => ({ kind: 'not yielded', text: `${name} is wrong about owning ${path}` })),
  ];
}

/**
 * @param {ObservedWorker} worker
 * @param {ServerNodes} nodes
 * @returns {Violation[]}
 */
function checkConfig({ name, slot, report }, nodes) {
  return report.config.flatMap(({ path, possible }) => {
    const data = dataFrom(nodes.get(path)?.text);
    const isOurs = data === null || data.slot === slot;
    if (isOurs && possible.some((n) => n === (data?.n ?? null))) return [];
    const text = `${name}: ${path} holds ${nodes.get(path)?.text}; written last: ${possible.join(' or ')}`;
    return [{ kind: 'wrong data', text }];
  });
}

/**
 * @param {Observation} observation
 * @param {ServerNodes} nodes
 * @returns {Violation[]}
 */
function checkStrays({ workers, slots }, nodes) {
  const wanted = new Set(workers.flatMap(({ report }) => report.wanted.map(({ path }) => path)));
  return [...nodes].flatMap(([path, node]) => {
    const { ephemeralOwner } = node.stat;
    // The owners of desired nodes are checked by the other checks.
    if (wanted.has(path) || contestedPaths.includes(path)) return [];
    const mayPersist = scaffolding.has(path) || isConfig(path, slots);
    if (mayPersist && ephemeralOwner === 0n) return [];
    if (ephemeralOwner === 0n) return [{ kind: 'stray node', text: `${path} is desired by no worker: ${node.text}` }];
    const text = `${path} of session ${sessionOf(node)} is desired by no worker: ${node.text}`;
    return [{ kind: 'stale registration', text }];
  });
}

/**
 * @param {string} path
 * @param {number} slots
 */
function isConfig(path, slots) {
  const slot = /^of-(\d+)-\d+$/.exec(path.slice(config.length + 1))?.[1];
  return parentOf(path) === config && slot !== undefined && Number(slot) < slots;
}

/**
 * @param {ObservedWorker} worker
 * @param {number} n
 * @param {StoredNode} node
 */
function isFrom({ slot, incarnation, report }, n, node) {
  const data = dataFrom(node.text);
  return data?.slot === slot && data.incarnation === incarnation && data.n === n && data.pid === report.pid;
}

/** @param {StoredNode} node */
function sessionOf(node) {
  return BigInt.asUintN(64, node.stat.ephemeralOwner).toString(16).padStart(16, '0');
}

/** @param {readonly ObservedWorker[]} workers */
function namesOf(workers) {
  return workers.length === 0 ? 'no worker' : workers.map(({ name }) => name).join(', ');
}
