import { config, contestedPaths, parentOf, root, services } from '../layout.mjs';
import { dataFrom } from './expected-snapshot.mjs';

/** @import { Registration } from '../protocol.mjs' */
/** @import { TrueNode, Truth } from '../truth.mjs' */
/** @import { Check, Finding, Look, WorkerSight } from './finding.mjs' */

const scaffolding = new Set([root, ...services, parentOf(contestedPaths[0] ?? ''), config]);

/**
 * What live workers want is there, and theirs; what nobody wants is not.
 *
 * @type {Check}
 */
export function checkRegistrations(look) {
  const truth = look.truths[0]?.truth ?? new Map();
  const { workers } = look;
  return [
    ...workers.flatMap((worker) => worker.report.wanted.flatMap((wish) => checkOwn(worker, wish, truth))),
    ...workers.flatMap(checkStanding),
    ...contestedPaths.flatMap((path) => checkContested(path, workers, truth)),
    ...workers.flatMap((worker) => checkConfig(worker, truth)),
    ...checkStrays(look, truth),
  ];
}

/**
 * @param {WorkerSight} worker
 * @param {Registration} wish
 * @param {Truth} truth
 * @returns {Finding[]}
 */
function checkOwn(worker, wish, truth) {
  const node = truth.get(wish.path);
  const who = `${worker.name}: ${wish.path}`;
  if (node === undefined) return [{ kind: 'registration missing', text: `${who} (change ${wish.n}) is not there` }];
  const owner = sessionOf(node);
  if (owner !== worker.report.sessionId) {
    const text = `${who} belongs to session ${owner}, not to ${worker.report.sessionId}; it holds ${node.text}`;
    return [{ kind: 'registration of another session', text }];
  }
  if (isFrom(worker, wish.n, node)) return [];
  return [{ kind: 'wrong bytes', text: `${who} should be change ${wish.n}, and holds ${node.text}` }];
}

/**
 * What its events have told agrees with what it wants.
 *
 * @param {WorkerSight} worker
 * @returns {Finding[]}
 */
function checkStanding({ name, report }) {
  const standing = new Set(report.standing);
  const wanted = new Set(report.wanted.map(({ path }) => path));
  const contested = new Set(report.contested.map(({ path }) => path));
  const untold = [...wanted].filter((path) => !standing.has(path));
  const overtold = [...standing].filter((path) => !wanted.has(path) && !contested.has(path));
  return [
    ...untold.map((path) => ({ kind: 'event missing', text: `${name}: no 'registered' for ${path}` })),
    ...overtold.map((path) => ({ kind: 'event missing', text: `${name}: no 'unregistered' for ${path}` })),
  ];
}

/**
 * One of those who want it has it, and the others know that they do not.
 *
 * @param {string} path
 * @param {readonly WorkerSight[]} workers
 * @param {Truth} truth
 * @returns {Finding[]}
 */
function checkContested(path, workers, truth) {
  const node = truth.get(path);
  const rivals = workers.filter(({ report }) => report.contested.some((wish) => wish.path === path));
  if (node === undefined) {
    if (rivals.length === 0) return [];
    return [{ kind: 'registration missing', text: `${path} is not there; wanted by ${namesOf(rivals)}` }];
  }
  const owner = rivals.find(({ report }) => report.sessionId === sessionOf(node));
  if (owner === undefined) {
    const text = `${path} belongs to session ${sessionOf(node)}, that is none of ${namesOf(rivals)}: ${node.text}`;
    return [{ kind: 'stale registration', text }];
  }
  const wish = owner.report.contested.find((each) => each.path === path);
  const isRight = wish !== undefined && isFrom(owner, wish.n, node);
  const mistaken = rivals.filter((rival) => rival.report.standing.includes(path) !== (rival === owner));
  return [
    ...(isRight ? [] : [{ kind: 'wrong bytes', text: `${path} of ${owner.name}, change ${wish?.n}: ${node.text}` }]),
    ...mistaken.map(({ name }) => ({ kind: 'not yielded', text: `${name} is wrong on whether it has ${path}` })),
  ];
}

/**
 * @param {WorkerSight} worker
 * @param {Truth} truth
 * @returns {Finding[]}
 */
function checkConfig({ name, slot, report }, truth) {
  return report.config.flatMap(({ path, possible }) => {
    const data = dataFrom(truth.get(path)?.text);
    const isOurs = data === null || data.slot === slot;
    if (isOurs && possible.some((n) => n === (data?.n ?? null))) return [];
    const text = `${name}: ${path} holds ${truth.get(path)?.text}; written last: ${possible.join(' or ')}`;
    return [{ kind: 'wrong data', text }];
  });
}

/**
 * @param {Look} look
 * @param {Truth} truth
 * @returns {Finding[]}
 */
function checkStrays({ workers, slots }, truth) {
  const wanted = new Set(workers.flatMap(({ report }) => report.wanted.map(({ path }) => path)));
  return [...truth].flatMap(([path, node]) => {
    const { ephemeralOwner } = node.stat;
    // Whose the wanted ones are is checked where they are wanted.
    if (wanted.has(path) || contestedPaths.includes(path)) return [];
    const mayPersist = scaffolding.has(path) || isConfig(path, slots);
    if (mayPersist && ephemeralOwner === 0n) return [];
    if (ephemeralOwner === 0n) return [{ kind: 'stray node', text: `${path} is wanted by nobody: ${node.text}` }];
    const text = `${path} of session ${sessionOf(node)} is wanted by nobody: ${node.text}`;
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
 * @param {WorkerSight} worker
 * @param {number} n
 * @param {TrueNode} node
 */
function isFrom({ slot, life, report }, n, node) {
  const data = dataFrom(node.text);
  return data?.slot === slot && data.life === life && data.n === n && data.pid === report.pid;
}

/** @param {TrueNode} node */
function sessionOf(node) {
  return BigInt.asUintN(64, node.stat.ephemeralOwner).toString(16).padStart(16, '0');
}

/** @param {readonly WorkerSight[]} workers */
function namesOf(workers) {
  return workers.length === 0 ? 'nobody' : workers.map(({ name }) => name).join(', ');
}
