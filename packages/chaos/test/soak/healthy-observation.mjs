import { canonical } from '../../src/oracle/canonical.mjs';
import {
  config,
  contested,
  contestedPaths,
  nameOf,
  ownPaths,
  parentOf,
  root,
  services,
} from '../../src/oracle/paths.mjs';
import { expectedSnapshot } from '../../src/oracle/server-nodes.mjs';

/** @import { Observation, ObservedWorker } from '../../src/oracle/checks/violation.mjs' */
/** @import { StoredNode } from '../../src/oracle/server-nodes.mjs' */

export const nowhere = `${root}/nowhere/at-all`;
export const [ownOfFirst = '', removedOfFirst = ''] = ownPaths(0);
export const [ownOfSecond = ''] = ownPaths(1);
export const [contestedPath = ''] = contestedPaths;
export const configOfFirst = `${config}/of-0-0`;

/**
 * Two workers and a truth in which all is whole: the first has a registration, a contested one and data; the second has a
 * registration and has yielded.
 *
 * @returns {Observation}
 */
export function healthyObservation() {
  const nodes = plant();
  const first = worker(0, 1n, nodes);
  const second = worker(1, 2n, nodes);
  first.report.wanted = [{ path: ownOfFirst, n: 7 }];
  first.report.contested = [{ path: contestedPath, n: 8 }];
  first.report.registered = [ownOfFirst, contestedPath];
  first.report.config = [{ path: configOfFirst, possible: [9] }];
  second.report.wanted = [{ path: ownOfSecond, n: 3 }];
  second.report.contested = [{ path: contestedPath, n: 4 }];
  second.report.registered = [ownOfSecond];
  return {
    slots: 2,
    serverStates: [
      { server: 'one', nodes },
      { server: 'two', nodes: plant() },
    ],
    workers: [first, second],
    sessions: ['0000000000000001', '0000000000000002'],
    connections: 2,
  };
}

/**
 * Changes the nodes of both servers; the reports of the workers stay the same.
 *
 * @param {Observation} observation
 * @param {(nodes: Map<string, StoredNode>) => void} change
 */
export function changeServers(observation, change) {
  for (const { nodes } of observation.serverStates) change(/** @type {Map<string, StoredNode>} */ (nodes));
}

/**
 * Updates all views and subscribers to the servers' current nodes.
 *
 * @param {Observation} observation
 */
export function refreshViews(observation) {
  const nodes = observation.serverStates[0]?.nodes ?? new Map();
  for (const { report } of observation.workers) {
    for (const view of report.views) view.snapshot = expectedSnapshot(nodes, view.path, view.detail);
    for (const each of report.subscribers) each.last = expectedSnapshot(nodes, each.path, each.detail);
  }
}

/**
 * @param {Map<string, StoredNode>} nodes
 * @param {string} path
 * @param {string | null} text
 * @param {bigint} owner
 */
export function addNode(nodes, path, text, owner) {
  nodes.set(path, { text, children: [], stat: stat(owner) });
  const parent = nodes.get(parentOf(path));
  if (parent !== undefined)
    nodes.set(parentOf(path), { ...parent, children: [...parent.children, nameOf(path)].sort() });
}

/**
 * @param {Map<string, StoredNode>} nodes
 * @param {string} path
 */
export function removeNode(nodes, path) {
  nodes.delete(path);
  const parent = nodes.get(parentOf(path));
  const children = parent?.children.filter((name) => name !== nameOf(path)) ?? [];
  if (parent !== undefined) nodes.set(parentOf(path), { ...parent, children });
}

/**
 * @param {number} slot
 * @param {number} n
 */
export function bytes(slot, n) {
  return JSON.stringify({ pid: 100 + slot, created: '2026-01-01 00:00:00', slot, incarnation: 0, n });
}

/** @returns {Map<string, StoredNode>} */
function plant() {
  const nodes = new Map();
  for (const path of [root, ...services, contested, config]) addNode(nodes, path, null, 0n);
  addNode(nodes, ownOfFirst, bytes(0, 7), 1n);
  addNode(nodes, ownOfSecond, bytes(1, 3), 2n);
  addNode(nodes, contestedPath, bytes(0, 8), 1n);
  addNode(nodes, configOfFirst, bytes(0, 9), 0n);
  return nodes;
}

/**
 * @param {number} slot
 * @param {bigint} session
 * @param {Map<string, StoredNode>} nodes
 * @returns {ObservedWorker}
 */
function worker(slot, session, nodes) {
  const paths = [...services, contested, config, ownOfFirst, nowhere];
  return {
    name: `worker ${slot}.0`,
    slot,
    incarnation: 0,
    report: {
      pid: 100 + slot,
      phase: 'connected',
      sessionId: session.toString(16).padStart(16, '0'),
      wanted: [],
      contested: [],
      registered: [],
      config: [],
      views: paths.map((path) => ({
        path,
        origin: 'live',
        detail: 'data',
        snapshot: expectedSnapshot(nodes, path, 'data'),
      })),
      subscribers: [
        {
          path: contested,
          name: 'loop 1',
          detail: 'names',
          count: 2,
          last: expectedSnapshot(nodes, contested, 'names'),
        },
        { path: config, name: 'callback 2', detail: 'data', count: 2, last: expectedSnapshot(nodes, config, 'data') },
      ],
      pending: [],
      trouble: [],
      counts: {},
      resources: { heap: 1, rss: 1, sockets: 4 },
    },
  };
}

/** @param {bigint} ephemeralOwner */
function stat(ephemeralOwner) {
  return {
    czxid: 1n,
    mzxid: 1n,
    ctime: 1,
    mtime: 1,
    version: 0,
    cversion: 0,
    aversion: 0,
    ephemeralOwner,
    dataLength: 0,
    numChildren: 0,
    pzxid: 1n,
  };
}

/**
 * A snapshot's text with something in it changed.
 *
 * @param {string | null | undefined} text
 * @param {(snapshot: { data: unknown, children: Record<string, unknown>, stat: Record<string, unknown> | null }) => void} change
 */
export function altered(text, change) {
  const snapshot = JSON.parse(text ?? '');
  change(snapshot);
  return canonical(snapshot);
}
