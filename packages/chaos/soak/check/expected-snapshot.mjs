import { canonical } from '../canonical.mjs';

/** @import { Truth } from '../truth.mjs' */

/**
 * What a registry must show of `path`, as canonical text.
 *
 * @param {Truth} truth
 * @param {string} path
 * @param {'data' | 'names'} detail
 */
export function expectedSnapshot(truth, path, detail) {
  const node = truth.get(path);
  if (node === undefined) return canonical({ path, data: null, children: {}, stat: null });
  const children = node.children.map((name) => {
    const text = detail === 'names' ? null : (truth.get(`${path}/${name}`)?.text ?? null);
    return [name, dataFrom(text)];
  });
  return canonical({ path, data: dataFrom(node.text), children: Object.fromEntries(children), stat: node.stat });
}

/**
 * What the soak's nodes hold: JSON objects, or nothing (parents, to which one of the backends gives zero bytes).
 *
 * @param {string | null | undefined} text
 * @returns {{ pid?: unknown, slot?: unknown, life?: unknown, n?: unknown } | null}
 */
export function dataFrom(text) {
  return text === null || text === undefined || text === '' ? null : JSON.parse(text);
}
