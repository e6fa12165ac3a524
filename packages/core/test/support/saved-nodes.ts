import fc from 'fast-check';
import type { CacheContent } from '../../src/cache-file/cache-content.js';
import { linesOf, type ParsedCacheFile, parseCacheFile } from '../../src/cache-file/parse-cache-file.js';
import { isEmpty, type SavedNode, serialiseSnapshot } from '../../src/cache-file/saved-node.js';
import { serialiseCacheFile } from '../../src/cache-file/serialise-cache-file.js';
import type { NodeSnapshot, SnapshotDetail } from '../../src/node/node-snapshot.js';

import { fromPairs, nodeData } from './json-values.js';
import { stat } from './raw-nodes.js';

/** The whole file at once. */
export function parse(text: string, known: CacheContent = new Map()): ParsedCacheFile {
  return finish(parseCacheFile(text, finish(linesOf(known))));
}

function finish<T>(work: Generator<unknown, T>): T {
  let step = work.next();
  while (step.done !== true) step = work.next();
  return step.value;
}

export function serialise(content: CacheContent): string {
  return [...serialiseCacheFile(content)].join('');
}

const name = fc.oneof(
  fc.constantFrom('__proto__', 'constructor', 'toString', '7', 'web-1:80', '日本', 'a,b', '"'),
  fc.string({ minLength: 1, maxLength: 6 }).filter((text) => !text.includes('/')),
);
const segment = fc.constantFrom('__proto__', 'constructor', 'services', 'web', 'a b', '日本', '"quoted"', '7');
const anyPath = fc.array(segment, { minLength: 1, maxLength: 3 }).map((names) => `/${names.join('/')}`);

const wide = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const anyStat = fc
  .record({
    czxid: wide,
    mzxid: wide,
    pzxid: wide,
    ephemeralOwner: wide,
    ctime: fc.maxSafeInteger(),
    version: fc.integer(),
  })
  .map(stat);

/** Snapshots that are worth saving, from strangers. */
export const anySnapshot: fc.Arbitrary<NodeSnapshot> = fc
  .record({
    path: anyPath,
    data: fc.option(nodeData),
    children: fc.array(fc.tuple(name, fc.option(nodeData)), { maxLength: 4 }).map((list) => {
      return Object.assign(Object.create(null), {}, ...list.map(([key, value]) => fromPairs([[key, value]])));
    }),
    stat: anyStat,
  })
  .filter((snapshot) => !isEmpty(snapshot, Object.keys(snapshot.children).length));

const anyDetail = fc.constantFrom<SnapshotDetail>('data', 'names');
/** Few times, so that some are equal. */
const anyTime = fc.integer({ min: 0, max: 5 }).map((n) => Date.UTC(2026, 0, 1) + n * 1_800_000);

export const anySavedNode: fc.Arbitrary<SavedNode> = fc
  .tuple(anySnapshot, anyDetail, anyTime)
  .map(([snapshot, detail, savedAt]) => saved(snapshot, detail, savedAt));

export function saved(snapshot: NodeSnapshot, detail: SnapshotDetail, savedAt: number): SavedNode {
  const { node } = serialiseSnapshot(snapshot, detail, savedAt);
  if (node === undefined) throw new Error(`${snapshot.path} cannot be saved`);
  return node;
}

/** One of that data and no children. */
export function plainNode(path: string, data: Record<string, string | number>, savedAt = Date.now()): SavedNode {
  return saved({ path, data, children: Object.create(null), stat: stat() }, 'data', savedAt);
}
