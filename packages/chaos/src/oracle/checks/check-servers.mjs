import { differingPaths, nodeText } from '../server-nodes.mjs';

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
    differingPaths(first.nodes, nodes).map((path) => ({
      kind: 'servers disagree',
      text: `${path}: ${first.server} has ${nodeText(first.nodes, path)}, ${server} has ${nodeText(nodes, path)}`,
    })),
  );
}
