import type { CacheContent } from './cache-content.js';

/**
 * The layout of the files that we write: JSON, and an entry to a line. A reader that knows it need not parse all of the
 * file in one go; any other JSON of the same content is read as well.
 */
export const layout = { opening: '{"version":1,"nodes":{', between: '},"names":{', closing: '}}' } as const;

/** How much text a piece has at least, in characters, but for the last one. */
const pieceLength = 128 * 1024;

/** The file's text in pieces, so that writing it does not hold up everything else. */
export function* serialiseCacheFile(content: CacheContent): Generator<string> {
  const sorted = [...content].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, node]) => node);
  const sections = [
    sorted.filter(({ detail }) => detail === 'data'),
    sorted.filter(({ detail }) => detail === 'names'),
  ];
  let piece = '';
  for (const [index, nodes] of sections.entries()) {
    piece += `${index === 0 ? layout.opening : layout.between}\n`;
    for (const [position, { line }] of nodes.entries()) {
      piece += position < nodes.length - 1 ? `${line},\n` : `${line}\n`;
      if (piece.length < pieceLength) continue;
      yield piece;
      piece = '';
    }
  }
  yield `${piece}${layout.closing}\n`;
}
