import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkLook } from '../../soak/check/check-look.mjs';
import { contestedPaths, ownPaths, root, services } from '../../soak/layout.mjs';
import {
  addNode,
  altered,
  bytes,
  changeTruth,
  configOfFirst,
  lookAgain,
  nowhere,
  ownOfFirst,
  ownOfSecond,
  removedOfFirst,
  removeNode,
  rivalPath,
  wholeWorld,
} from './whole-world.mjs';

/** @import { Look, WorkerSight } from '../../soak/check/finding.mjs' */
/** @import { TrueNode } from '../../soak/truth.mjs' */

/** @typedef {(look: Look, first: WorkerSight['report'], second: WorkerSight['report']) => void} Damage */

test('finds nothing where all is whole', () => {
  expect(checkLook(wholeWorld())).toEqual([]);
});

describe('finds, and names the kind and the place', () => {
  /** @type {[title: string, kinds: string[], mention: string, damage: Damage][]} */
  const damages = [
    ['a view with old data', ['wrong view'], 'instance-0-0', (_, first) => setView(first, 0, oldChild)],
    ['a view with a child too many', ['wrong view'], 'ghost', (_, first) => setView(first, 1, extraChild)],
    ['a view without a child', ['wrong view'], 'instance-0-0', (_, first) => setView(first, 0, noChildren)],
    ['a view with an old stat', ['wrong view'], 'stat.cversion', (_, first) => setView(first, 0, oldStat)],
    ['a node seen that is not there', ['wrong view'], nowhere, (_, first) => setView(first, 6, someStat)],
    ['a view that was never filled', ['wrong view'], 'never seen', (_, first) => setSnapshot(first, 2, null)],
    ['a view that nobody vouches for', ['not live'], 'last-known', (_, first) => setOrigin(first, 3, 'last-known')],
    ['a loop behind the truth', ['wrong last value'], 'loop 1', (_, first) => setLast(first, 0, noChildren)],
    ['a callback behind the truth', ['wrong last value'], 'callback 2', (_, first) => setLast(first, 1, noChildren)],
    [
      'a callback never called',
      ['wrong last value'],
      'never seen',
      (_, first) => Object.assign(at(first.subscribers, 0), { last: null }),
    ],
    ['a registration that is not there', ['registration missing', 'stale registration'], ownOfFirst, seen(swapOwn)],
    ['a wish that was not carried out', ['event missing', 'registration missing'], removedOfFirst, wishForMore],
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
    ['a registration of the dead', ['stale registration'], ownPaths(1)[1] ?? '', seen(plantAt(ownPaths(1)[1], 50n))],
    ['a registration made persistent', ['registration of another session'], ownOfFirst, seen(giveTo(ownOfFirst, 0n))],
    ['a node that nobody wants', ['stray node'], `${root}/nowhere`, seen(plantAt(`${root}/nowhere`, 0n))],
    ['a persistent node among registrations', ['stray node'], ownPaths(1)[1] ?? '', seen(plantAt(ownPaths(1)[1], 0n))],
    ['a parent made ephemeral', ['stale registration'], services[1] ?? '', seen(giveTo(services[1] ?? '', 1n))],
    ['data of a place that does not exist', ['stray node'], 'of-7-0', seen(plantAt(`${root}/config/of-7-0`, 0n))],
    ['data that are registered', ['stale registration'], configOfFirst, seen(giveTo(configOfFirst, 1n))],
    ['old data', ['wrong data'], configOfFirst, seen(rewrite(configOfFirst, bytes(0, 2)))],
    ['data of another writer', ['wrong data'], configOfFirst, seen(rewrite(configOfFirst, bytes(1, 9)))],
    ['data that are gone', ['wrong data'], configOfFirst, seen((nodes) => removeNode(nodes, configOfFirst))],
    [
      'a rival path that nobody has',
      ['registration missing'],
      rivalPath,
      seen((nodes) => removeNode(nodes, rivalPath)),
    ],
    ['a rival path of the dead', ['stale registration'], rivalPath, seen(giveTo(rivalPath, 77n))],
    [
      'a rival path that nobody wants',
      ['stale registration'],
      contestedPaths[1] ?? '',
      seen(plantAt(contestedPaths[1], 1n)),
    ],
    [
      'a rival that has not yielded',
      ['not yielded'],
      'worker 1.0',
      (_, __, second) => void second.standing.push(rivalPath),
    ],
    [
      'an owner that was not told',
      ['not yielded'],
      'worker 0.0',
      (_, first) => Object.assign(first, { standing: [ownOfFirst] }),
    ],
    ["a rival path with the loser's bytes", ['wrong bytes'], rivalPath, seen(rewrite(rivalPath, bytes(1, 4)))],
    [
      'an event that did not come',
      ['event missing'],
      'registered',
      (_, __, second) => Object.assign(second, { standing: [] }),
    ],
    ['an event too many', ['event missing'], 'unregistered', (_, first) => void first.standing.push(removedOfFirst)],
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
      (look) => Object.assign(look, { sessions: [...look.sessions, '0000000000000abc'] }),
    ],
    [
      'a session that the servers do not know',
      ['no session'],
      'worker 1.0',
      (look) => Object.assign(look, { sessions: look.sessions.slice(0, 1) }),
    ],
    ['a connection too many', ['connections'], '3 connections', (look) => Object.assign(look, { connections: 3 })],
    ['a connection too few', ['connections'], '1 connections', (look) => Object.assign(look, { connections: 1 })],
    [
      'servers that disagree',
      ['servers disagree'],
      ownOfFirst,
      (look) => rewrite(ownOfFirst, 'other')(nodesOf(look, 1)),
    ],
    [
      'a server that lacks a node',
      ['servers disagree', 'servers disagree'],
      ownOfFirst,
      (look) => removeNode(nodesOf(look, 1), ownOfFirst),
    ],
    ['no truth at all', ['no truth'], 'no server', (look) => Object.assign(look, { truths: [] })],
  ];

  test.each(damages)('%s', (_, kinds, mention, damage) => {
    const look = wholeWorld();
    damage(look, at(look.workers, 0).report, at(look.workers, 1).report);
    const findings = checkLook(look);
    expect(findings.map(({ kind }) => kind)).toEqual(expect.arrayContaining(kinds));
    if (kinds[0] !== 'no truth') expect(findings.map(({ kind }) => kind).sort()).toEqual([...kinds].sort());
    expect(findings.map(({ text }) => text).join('\n')).toContain(mention);
    expect(findings.some(({ final }) => final)).toBe(false);
  });

  test('trouble, for which no waiting helps', () => {
    const look = wholeWorld();
    at(look.workers, 1).report.trouble.push('unhandled rejection: boom');
    expect(checkLook(look)).toEqual([{ kind: 'trouble', text: 'worker 1.0: unhandled rejection: boom', final: true }]);
  });
});

test('any change of any watched node that was not seen is found', () => {
  const paths = [...services, ownOfFirst, ownOfSecond, rivalPath, configOfFirst];
  const fields = /** @type {const} */ (['czxid', 'mzxid', 'pzxid', 'version', 'cversion', 'numChildren', 'mtime']);
  const change = fc.record({ path: fc.constantFrom(...paths), field: fc.constantFrom(...fields, 'text', 'gone') });
  fc.assert(
    fc.property(change, ({ path, field }) => {
      const look = wholeWorld();
      changeTruth(look, (nodes) => {
        const node = nodes.get(path);
        if (node === undefined) throw new Error(path);
        if (field === 'gone') removeNode(nodes, path);
        else if (field === 'text') nodes.set(path, { ...node, text: '{"changed":true}' });
        else nodes.set(path, { ...node, stat: { ...node.stat, [field]: bump(node.stat[field]) } });
      });
      // A child's stat is shown where the child itself is watched, and only there.
      const isShown = [...services, ownOfFirst].includes(path) || field === 'text' || field === 'gone';
      expect(checkLook(look).length > 0).toBe(isShown);
    }),
  );
});

test('who asked for names may be shown data, and nothing else', () => {
  const look = wholeWorld();
  const view = at(at(look.workers, 0).report.views, 3);
  view.detail = 'names';
  expect(checkLook(look)).toEqual([]);
  view.snapshot = altered(view.snapshot, ({ children }) => Object.assign(children, { 'rival-0': null }));
  expect(checkLook(look)).toEqual([]);
  view.snapshot = altered(view.snapshot, ({ children }) => Object.assign(children, { 'rival-0': { n: 1 } }));
  expect(checkLook(look).map(({ kind }) => kind)).toEqual(['wrong view']);
});

test('a write that was cut off may have got through or not', () => {
  const look = wholeWorld();
  at(at(look.workers, 0).report.config, 0).possible = [null, 9, 12];
  expect(checkLook(look)).toEqual([]);
  changeTruth(look, (nodes) => removeNode(nodes, configOfFirst));
  lookAgain(look);
  expect(checkLook(look)).toEqual([]);
  at(at(look.workers, 0).report.config, 0).possible = [9, 12];
  expect(checkLook(look).map(({ kind }) => kind)).toEqual(['wrong data']);
});

/**
 * The truth is changed, and everybody sees it: what is left is that it should not be so.
 *
 * @param {(nodes: Map<string, TrueNode>) => void} change
 * @returns {Damage}
 */
function seen(change) {
  return (look) => {
    changeTruth(look, change);
    lookAgain(look);
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
  return (/** @type {Map<string, TrueNode>} */ nodes) => addNode(nodes, path, bytes(1, 5), owner);
}

/** @param {Map<string, TrueNode>} nodes */
function swapOwn(nodes) {
  removeNode(nodes, ownOfFirst);
  addNode(nodes, removedOfFirst, bytes(0, 7), 1n);
}

/**
 * @param {string} path
 * @param {(node: TrueNode) => TrueNode} change
 */
function changeNode(path, change) {
  return (/** @type {Map<string, TrueNode>} */ nodes) => {
    const node = nodes.get(path);
    if (node === undefined) throw new Error(`no ${path}`);
    nodes.set(path, change(node));
  };
}

/** @type {Damage} */
function wishForMore(_, first) {
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
 * @param {WorkerSight['report']} report
 * @param {number} index
 * @param {(snapshot: Snapshot) => void} change
 */
function setView(report, index, change) {
  const view = at(report.views, index);
  view.snapshot = altered(view.snapshot, change);
}

/**
 * @param {WorkerSight['report']} report
 * @param {number} index
 * @param {string | null} snapshot
 */
function setSnapshot(report, index, snapshot) {
  at(report.views, index).snapshot = snapshot;
}

/**
 * @param {WorkerSight['report']} report
 * @param {number} index
 * @param {string} origin
 */
function setOrigin(report, index, origin) {
  at(report.views, index).origin = origin;
}

/**
 * @param {WorkerSight['report']} report
 * @param {number} index
 * @param {(snapshot: Snapshot) => void} change
 */
function setLast(report, index, change) {
  const subscriber = at(report.subscribers, index);
  subscriber.last = altered(subscriber.last, change);
}

/**
 * @param {Look} look
 * @param {number} index
 */
function nodesOf(look, index) {
  return /** @type {Map<string, TrueNode>} */ (at(look.truths, index).truth);
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
