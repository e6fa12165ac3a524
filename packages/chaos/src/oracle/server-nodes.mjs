import { canonical } from './canonical.mjs';

/** @import { NodeStat } from '@ndsr/core' */

/**
 * @typedef {object} StoredNode a node as stored on the servers
 * @property {string | null} text its bytes; null without data
 * @property {readonly string[]} children sorted names
 * @property {NodeStat} stat
 */

/** @typedef {ReadonlyMap<string, StoredNode>} ServerNodes path to node, for every node at and below a root */

/**
 * The snapshot that a registry must have of `path`, as canonical text.
 *
 * @param {ServerNodes} nodes
 * @param {string} path
 * @param {'data' | 'names'} detail
 */
export function expectedSnapshot(nodes, path, detail) {
  const node = nodes.get(path);
  if (node === undefined) return canonical({ path, data: null, children: {}, stat: null });
  const children = node.children.map((name) => {
    const text = detail === 'names' ? null : (nodes.get(`${path}/${name}`)?.text ?? null);
    return [name, dataFrom(text)];
  });
  return canonical({ path, data: dataFrom(node.text), children: Object.fromEntries(children), stat: node.stat });
}

/**
 * Data of a node in either runner: a JSON object, or null (parents; one of the backends creates them with zero bytes).
 *
 * @param {string | null | undefined} text
 * @returns {{ pid?: unknown, slot?: unknown, incarnation?: unknown, n?: unknown } | null}
 */
export function dataFrom(text) {
  return text === null || text === undefined || text === '' ? null : JSON.parse(text);
}

/**
 * The paths of all nodes that differ in data, children or stat.
 *
 * @param {ServerNodes} one
 * @param {ServerNodes} other
 */
export function differingPaths(one, other) {
  const paths = new Set([...one.keys(), ...other.keys()]);
  return [...paths].filter((path) => nodeText(one, path) !== nodeText(other, path));
}

/**
 * @param {ServerNodes} nodes
 * @param {string} path
 */
export function nodeText(nodes, path) {
  return nodes.has(path) ? canonical(nodes.get(path)) : 'no node';
}
