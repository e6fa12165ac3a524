import type { CacheContent } from './cache-content.js';

/**
 * The layout of the files that we write: JSON with one entry per line. A reader that recognises it can parse the file line
 * by line; any other JSON layout of the same content is accepted too.
 */
export const layout = { opening: '{"version":1,"nodes":{', between: '},"names":{', closing: '}}' } as const;

/** The smallest length of a piece, in characters, except for the last one. */
const pieceLength = 128 * 1024;

/** Yields the file's text in pieces, so that writing it does not block the event loop. */
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
