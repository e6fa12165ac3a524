import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkObservation } from '../../src/oracle/checks/check-observation.mjs';
import { contestedPaths, ownPaths, root, services } from '../../src/oracle/paths.mjs';
import {
  addNode,
  altered,
  bytes,
  changeServers,
  configOfFirst,
  contestedPath,
  healthyObservation,
  nowhere,
  ownOfFirst,
  ownOfSecond,
  refreshViews,
  removedOfFirst,
  removeNode,
} from './healthy-observation.mjs';

/** @import { Observation, ObservedWorker } from '../../src/oracle/checks/violation.mjs' */
/** @import { StoredNode } from '../../src/oracle/server-nodes.mjs' */

/** @typedef {(observation: Observation, first: ObservedWorker['report'], second: ObservedWorker['report']) => void} Damage */

test('finds no violation in a healthy observation', () => {
  expect(checkObservation(healthyObservation())).toEqual([]);
});

describe('finds, and names the kind and the place', () => {
  /** @type {[title: string, kinds: string[], mention: string, damage: Damage][]} */
  const damages = [
    ['a view with old data', ['wrong view'], 'instance-0-0', (_, first) => setView(first, 0, oldChild)],
    ['a view with a child too many', ['wrong view'], 'ghost', (_, first) => setView(first, 1, extraChild)],
    ['a view without a child', ['wrong view'], 'instance-0-0', (_, first) => setView(first, 0, noChildren)],
    ['a view with an old stat', ['wrong view'], 'stat.cversion', (_, first) => setView(first, 0, oldStat)],
    ['a view of a node that does not exist', ['wrong view'], nowhere, (_, first) => setView(first, 6, someStat)],
    ['a view that was never filled', ['wrong view'], 'never seen', (_, first) => setSnapshot(first, 2, null)],
    ['a view that is not live', ['not live'], 'last-known', (_, first) => setOrigin(first, 3, 'last-known')],
    ['a loop with an old last value', ['wrong last value'], 'loop 1', (_, first) => setLast(first, 0, noChildren)],
    [
      'a callback with an old last value',
      ['wrong last value'],
      'callback 2',
      (_, first) => setLast(first, 1, noChildren),
    ],
    [
      'a callback that was never called',
      ['wrong last value'],
      'never seen',
      (_, first) => Object.assign(at(first.subscribers, 0), { last: null }),
    ],
    ['a registration that does not exist', ['registration missing', 'stale registration'], ownOfFirst, seen(swapOwn)],
    [
      'a desired registration that was not created',
      ['event missing', 'registration missing'],
      removedOfFirst,
      desireMore,
    ],
    [
      'a registration of an old session',
      ['registration of another session'],
      ownOfFirst,
      seen(giveTo(ownOfFirst, 99n)),
    ],
    ['a registration with old bytes', ['wrong bytes'], ownOfFirst, seen(rewrite(ownOfFirst, bytes(0, 6)))],
    [
      "a registration with a predecessor's bytes",
      ['wrong bytes'],
      ownOfSecond,
      seen(rewrite(ownOfSecond, bytes(1, 3).replace('101', '99'))),
    ],
    [
      'a registration of a process that has ended',
      ['stale registration'],
      ownPaths(1)[1] ?? '',
      seen(plantAt(ownPaths(1)[1], 50n)),
    ],
    ['a registration made persistent', ['registration of another session'], ownOfFirst, seen(giveTo(ownOfFirst, 0n))],
    ['a node that no worker desires', ['stray node'], `${root}/nowhere`, seen(plantAt(`${root}/nowhere`, 0n))],
    ['a persistent node among registrations', ['stray node'], ownPaths(1)[1] ?? '', seen(plantAt(ownPaths(1)[1], 0n))],
    ['a parent made ephemeral', ['stale registration'], services[1] ?? '', seen(giveTo(services[1] ?? '', 1n))],
    ['data of a slot that does not exist', ['stray node'], 'of-7-0', seen(plantAt(`${root}/config/of-7-0`, 0n))],
    ['data that is ephemeral', ['stale registration'], configOfFirst, seen(giveTo(configOfFirst, 1n))],
    ['old data', ['wrong data'], configOfFirst, seen(rewrite(configOfFirst, bytes(0, 2)))],
    ['data of another writer', ['wrong data'], configOfFirst, seen(rewrite(configOfFirst, bytes(1, 9)))],
    ['data that was deleted', ['wrong data'], configOfFirst, seen((nodes) => removeNode(nodes, configOfFirst))],
    [
      'a contested path that no worker owns',
      ['registration missing'],
      contestedPath,
      seen((nodes) => removeNode(nodes, contestedPath)),
    ],
    [
      'a contested path of a process that has ended',
      ['stale registration'],
      contestedPath,
      seen(giveTo(contestedPath, 77n)),
    ],
    [
      'a contested path that no worker desires',
      ['stale registration'],
      contestedPaths[1] ?? '',
      seen(plantAt(contestedPaths[1], 1n)),
    ],
    [
      'a contender that still reports the path as registered',
      ['not yielded'],
      'worker 1.0',
      (_, __, second) => void second.registered.push(contestedPath),
    ],
    [
      'an owner without an event',
      ['not yielded'],
      'worker 0.0',
      (_, first) => Object.assign(first, { registered: [ownOfFirst] }),
    ],
    [
      "a contested path with the loser's bytes",
      ['wrong bytes'],
      contestedPath,
      seen(rewrite(contestedPath, bytes(1, 4))),
    ],
    ['a missing event', ['event missing'], 'registered', (_, __, second) => Object.assign(second, { registered: [] })],
    ['an excess event', ['event missing'], 'unregistered', (_, first) => void first.registered.push(removedOfFirst)],
    [
      'a call that hangs',
      ['call pending'],
      'setNode /x',
      (_, first) => void first.pending.push({ call: 'setNode /x', forTicks: 9 }),
    ],
    [
      'a worker that is not connected',
      ['not connected'],
      'suspended',
      (_, first) => Object.assign(first, { phase: 'suspended' }),
    ],
    ['sockets left open', ['sockets'], '9 sockets', (_, first) => Object.assign(first.resources, { sockets: 9 })],
    [
      'a session too many',
      ['leaked session'],
      'abc',
      (observation) => Object.assign(observation, { sessions: [...observation.sessions, '0000000000000abc'] }),
    ],
    [
      'a session that the servers do not have',
      ['no session'],
      'worker 1.0',
      (observation) => Object.assign(observation, { sessions: observation.sessions.slice(0, 1) }),
    ],
    [
      'a connection too many',
      ['connections'],
      '3 connections',
      (observation) => Object.assign(observation, { connections: 3 }),
    ],
    [
      'a connection too few',
      ['connections'],
      '1 connections',
      (observation) => Object.assign(observation, { connections: 1 }),
    ],
    [
      'servers that disagree',
      ['servers disagree'],
      ownOfFirst,
      (observation) => rewrite(ownOfFirst, 'other')(nodesOf(observation, 1)),
    ],
    [
      'a server that lacks a node',
      ['servers disagree', 'servers disagree'],
      ownOfFirst,
      (observation) => removeNode(nodesOf(observation, 1), ownOfFirst),
    ],
    [
      'no server state at all',
      ['no server state'],
      'no server',
      (observation) => Object.assign(observation, { serverStates: [] }),
    ],
  ];

  test.each(damages)('%s', (_, kinds, mention, damage) => {
    const observation = healthyObservation();
    damage(observation, at(observation.workers, 0).report, at(observation.workers, 1).report);
    const violations = checkObservation(observation);
    expect(violations.map(({ kind }) => kind)).toEqual(expect.arrayContaining(kinds));
    if (kinds[0] !== 'no server state') expect(violations.map(({ kind }) => kind).sort()).toEqual([...kinds].sort());
    expect(violations.map(({ text }) => text).join('\n')).toContain(mention);
    expect(violations.some(({ final }) => final)).toBe(false);
  });

  test('trouble, which waiting cannot resolve', () => {
    const observation = healthyObservation();
    at(observation.workers, 1).report.trouble.push('unhandled rejection: boom');
    expect(checkObservation(observation)).toEqual([
      { kind: 'trouble', text: 'worker 1.0: unhandled rejection: boom', final: true },
    ]);
  });
});

test('any unseen change of a watched node is found', () => {
  const paths = [...services, ownOfFirst, ownOfSecond, contestedPath, configOfFirst];
  const fields = /** @type {const} */ (['czxid', 'mzxid', 'pzxid', 'version', 'cversion', 'numChildren', 'mtime']);
  const change = fc.record({ path: fc.constantFrom(...paths), field: fc.constantFrom(...fields, 'text', 'gone') });
  fc.assert(
    fc.property(change, ({ path, field }) => {
      const observation = healthyObservation();
      changeServers(observation, (nodes) => {
        const node = nodes.get(path);
        if (node === undefined) throw new Error(path);
        if (field === 'gone') removeNode(nodes, path);
        else if (field === 'text') nodes.set(path, { ...node, text: '{"changed":true}' });
        else nodes.set(path, { ...node, stat: { ...node.stat, [field]: bump(node.stat[field]) } });
      });
      // A child's stat is shown where the child itself is watched, and only there.
      const isShown = [...services, ownOfFirst].includes(path) || field === 'text' || field === 'gone';
      expect(checkObservation(observation).length > 0).toBe(isShown);
    }),
  );
});

test('a subscriber to names may see the correct data, and nothing else', () => {
  const observation = healthyObservation();
  const view = at(at(observation.workers, 0).report.views, 3);
  view.detail = 'names';
  expect(checkObservation(observation)).toEqual([]);
  view.snapshot = altered(view.snapshot, ({ children }) => Object.assign(children, { 'name-0': null }));
  expect(checkObservation(observation)).toEqual([]);
  view.snapshot = altered(view.snapshot, ({ children }) => Object.assign(children, { 'name-0': { n: 1 } }));
  expect(checkObservation(observation).map(({ kind }) => kind)).toEqual(['wrong view']);
});

test('an interrupted write may or may not have been executed', () => {
  const observation = healthyObservation();
  at(at(observation.workers, 0).report.config, 0).possible = [null, 9, 12];
  expect(checkObservation(observation)).toEqual([]);
  changeServers(observation, (nodes) => removeNode(nodes, configOfFirst));
  refreshViews(observation);
  expect(checkObservation(observation)).toEqual([]);
  at(at(observation.workers, 0).report.config, 0).possible = [9, 12];
  expect(checkObservation(observation).map(({ kind }) => kind)).toEqual(['wrong data']);
});

/**
 * Changes the servers' nodes and all views of them, so that only the check of the desired state can find it.
 *
 * @param {(nodes: Map<string, StoredNode>) => void} change
 * @returns {Damage}
 */
function seen(change) {
  return (observation) => {
    changeServers(observation, change);
    refreshViews(observation);
  };
}

/**
 * @param {string} path
 * @param {bigint} owner
 */
function giveTo(path, owner) {
  return changeNode(path, (node) => ({ ...node, stat: { ...node.stat, ephemeralOwner: owner } }));
}

/**
 * @param {string} path
 * @param {string} text
 */
function rewrite(path, text) {
  return changeNode(path, (node) => ({ ...node, text }));
}

/**
 * @param {string | undefined} path
 * @param {bigint} owner
 */
function plantAt(path = '', owner) {
  return (/** @type {Map<string, StoredNode>} */ nodes) => addNode(nodes, path, bytes(1, 5), owner);
}

/** @param {Map<string, StoredNode>} nodes */
function swapOwn(nodes) {
  removeNode(nodes, ownOfFirst);
  addNode(nodes, removedOfFirst, bytes(0, 7), 1n);
}

/**
 * @param {string} path
 * @param {(node: StoredNode) => StoredNode} change
 */
function changeNode(path, change) {
  return (/** @type {Map<string, StoredNode>} */ nodes) => {
    const node = nodes.get(path);
    if (node === undefined) throw new Error(`no ${path}`);
    nodes.set(path, change(node));
  };
}

/** @type {Damage} */
function desireMore(_, first) {
  first.wanted.push({ path: removedOfFirst, n: 12 });
}

/** @typedef {Parameters<Parameters<typeof altered>[1]>[0]} Snapshot */

/** @param {Snapshot} snapshot */
function oldChild({ children }) {
  children['instance-0-0'] = { n: 1 };
}

/** @param {Snapshot} snapshot */
function extraChild({ children }) {
  children.ghost = null;
}

/** @param {Snapshot} snapshot */
function noChildren(snapshot) {
  snapshot.children = {};
}

/** @param {Snapshot} snapshot */
function oldStat({ stat }) {
  if (stat !== null) stat.cversion = -1;
}

/** @param {Snapshot} snapshot */
function someStat(snapshot) {
  snapshot.stat = { version: 0 };
}

/**
 * @param {ObservedWorker['report']} report
 * @param {number} index
 * @param {(snapshot: Snapshot) => void} change
 */
function setView(report, index, change) {
  const view = at(report.views, index);
  view.snapshot = altered(view.snapshot, change);
}

/**
 * @param {ObservedWorker['report']} report
 * @param {number} index
 * @param {string | null} snapshot
 */
function setSnapshot(report, index, snapshot) {
  at(report.views, index).snapshot = snapshot;
}

/**
 * @param {ObservedWorker['report']} report
 * @param {number} index
 * @param {string} origin
 */
function setOrigin(report, index, origin) {
  at(report.views, index).origin = origin;
}

/**
 * @param {ObservedWorker['report']} report
 * @param {number} index
 * @param {(snapshot: Snapshot) => void} change
 */
function setLast(report, index, change) {
  const subscriber = at(report.subscribers, index);
  subscriber.last = altered(subscriber.last, change);
}

/**
 * @param {Observation} observation
 * @param {number} index
 */
function nodesOf(observation, index) {
  return /** @type {Map<string, StoredNode>} */ (at(observation.serverStates, index).nodes);
}

/** @param {number | bigint} value */
function bump(value) {
  return typeof value === 'bigint' ? value + 1n : value + 1;
}

/**
 * @template T
 * @param {readonly T[]} list
 * @param {number} index
 * @returns {T}
 */
function at(list, index) {
  const item = list[index];
  if (item === undefined) throw new Error(`nothing at ${index}`);
  return item;
}
