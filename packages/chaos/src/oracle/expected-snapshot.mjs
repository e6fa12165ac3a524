import { canonical } from './canonical.mjs';

/** @import { ServerNodes } from './read-server.mjs' */

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
 * Data of a node in the soak: a JSON object, or null (parents; one of the backends creates them with zero bytes).
 *
 * @param {string | null | undefined} text
 * @returns {{ pid?: unknown, slot?: unknown, incarnation?: unknown, n?: unknown } | null}
 */
export function dataFrom(text) {
  return text === null || text === undefined || text === '' ? null : JSON.parse(text);
}
