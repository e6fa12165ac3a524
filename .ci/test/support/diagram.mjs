/**
 * A box of a diagram: its name, its text, and the package whose frame contains it.
 *
 * @typedef {{ readonly id: string, readonly label: string, readonly frame: string }} Box
 */

/** A box: `name["…"]`, `name[("…")]` or `name{{"…"}}`. */
const labelled = /(\w+)(?:\[\("|\["|\{\{")(.*?)(?:"\)\]|"\]|"\}\})/g;

/**
 * Parses the subset of mermaid that the diagram uses.
 *
 * @param {string} mermaid
 * @returns {{ boxes: Box[], edges: [string, string][] }} edges by the frames of their ends, where those are two
 */
export function readDiagram(mermaid) {
  /** @type {Box[]} */
  const boxes = [];
  /** @type {[string, string][]} */
  const arrows = [];
  let frame = '';
  for (const line of mermaid.split('\n')) {
    const [, package_] = /subgraph \w+\["(.+)"\]/.exec(line) ?? [];
    if (package_ !== undefined) frame = package_;
    else if (line.trim() === 'end') frame = '';
    else {
      if (frame !== '') for (const [, id = '', label = ''] of line.matchAll(labelled)) boxes.push({ id, label, frame });
      arrows.push(...arrowsOf(line));
    }
  }
  /** @param {string} id */
  const frameOf = (id) => boxes.find((box) => box.id === id)?.frame ?? '';
  const edges = arrows.map(([from, to]) => /** @type {[string, string]} */ ([frameOf(from), frameOf(to)]));
  return { boxes, edges: edges.filter(([from, to]) => from !== '' && to !== '' && from !== to) };
}

/**
 * `a & b --> c --> d`, with or without text on the arrows.
 *
 * @param {string} line
 * @returns {[string, string][]}
 */
function arrowsOf(line) {
  const bare = line.replaceAll(labelled, '$1').replaceAll(/-- "[^"]*" -->|-\. "[^"]*" \.->/g, '-->');
  const stops = bare.split('-->').map((stop) => stop.split('&').map((id) => id.trim()));
  return stops
    .slice(1)
    .flatMap((to, index) =>
      (stops[index] ?? []).flatMap((from) => to.map((id) => /** @type {[string, string]} */ ([from, id]))),
    );
}
