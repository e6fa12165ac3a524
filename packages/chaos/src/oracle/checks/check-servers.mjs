import { canonical } from '../canonical.mjs';

/** @import { ServerNodes } from '../read-server.mjs' */
/** @import { Check } from './violation.mjs' */

/**
 * All servers have the same nodes.
 *
 * @type {Check}
 */
export function checkServers({ serverStates }) {
  const [first, ...others] = serverStates;
  if (first === undefined) return [{ kind: 'no server state', text: 'no server was read' }];
  return others.flatMap(({ server, nodes }) =>
    differences(first.nodes, nodes).map((path) => ({
      kind: 'servers disagree',
      text: `${path}: ${first.server} has ${show(first.nodes, path)}, ${server} has ${show(nodes, path)}`,
    })),
  );
}

/**
 * @param {ServerNodes} a
 * @param {ServerNodes} b
 */
function differences(a, b) {
  const paths = new Set([...a.keys(), ...b.keys()]);
  return [...paths].filter((path) => show(a, path) !== show(b, path));
}

/**
 * @param {ServerNodes} nodes
 * @param {string} path
 */
function show(nodes, path) {
  return nodes.has(path) ? canonical(nodes.get(path)) : 'no node';
}
