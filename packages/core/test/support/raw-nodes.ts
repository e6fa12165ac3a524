import fc from 'fast-check';
import type { RawChild, RawNode } from '../../src/backend/raw-node.js';
import type { NodeStat } from '../../src/node/node-stat.js';
import { bytes } from './fake-store.js';

export function stat(over: Partial<NodeStat> = {}): NodeStat {
  return {
    czxid: 1n,
    mzxid: 1n,
    ctime: 0,
    mtime: 0,
    version: 0,
    cversion: 0,
    aversion: 0,
    ephemeralOwner: 0n,
    dataLength: 0,
    numChildren: 0,
    pzxid: 1n,
    ...over,
  };
}

/** A node of that data, with those children. */
export function rawNode(data: unknown, children: Record<string, unknown> = {}, over: Partial<NodeStat> = {}): RawNode {
  const list = Object.entries(children).map(([name, value]) => [name, rawChild(value)] as const);
  return { path: '/a', data: data === null ? null : bytes(data), children: new Map(list), stat: stat(over) };
}

/** A child of that data. */
export function rawChild(data: unknown, over: Partial<NodeStat> = {}): RawChild {
  return { data: data === null ? null : bytes(data), stat: stat(over) };
}

// Few values, so that two nodes in a row are often equal in parts.
const fewBytes = fc.constantFrom(
  null,
  '{"n":1}',
  ' {"n": 1}',
  '{"n":2}',
  'text',
  '{"deep":[{"x":{}}]}',
  '{"id":9007199254740993}',
);
const data = fewBytes.map((text) => (text === null ? null : bytes(text)));
const names = fc.constantFrom('a', 'b', '10', '9', '__proto__', 'constructor', 'toString');
const child = fc
  .tuple(data, fc.bigInt({ min: 1n, max: 2n }))
  .map(([own, mzxid]) => ({ data: own, stat: stat({ mzxid }) }));
const children = fc.array(fc.tuple(names, child), { maxLength: 4 }).map((list) => new Map(list));

/** Nodes as a backend may deliver them, one after the other. */
export const anyRawNode: fc.Arbitrary<RawNode> = fc.oneof(
  { weight: 1, arbitrary: fc.constant<RawNode>({ path: '/a', data: null, children: new Map(), stat: null }) },
  {
    weight: 5,
    arbitrary: fc
      .tuple(data, children, fc.bigInt({ min: 1n, max: 2n }))
      .map(([own, list, mzxid]) => ({ path: '/a', data: own, children: list, stat: stat({ mzxid }) })),
  },
);

/**
 * The deliveries of one watch: some name the children that changed, and possibly some that did not, as the port allows.
 */
export const deliveries: fc.Arbitrary<RawNode[]> = fc
  .array(fc.tuple(anyRawNode, fc.boolean(), fc.boolean()), { minLength: 1, maxLength: 8 })
  .map((list) =>
    list.map(([node, saysChanges, saysMore], index) => {
      const before = list[index - 1]?.[0];
      return saysChanges && before !== undefined ? withChanges(before, node, saysMore) : node;
    }),
  );

/** `node` with the children that differ from `before`, or with all of them. */
function withChanges(before: RawNode, node: RawNode, all = false): RawNode {
  const names = new Set([...before.children.keys(), ...node.children.keys()]);
  const changed = [...names].filter((name) => all || before.children.get(name) !== node.children.get(name));
  return { ...node, changedChildren: new Map(changed.map((name) => [name, node.children.get(name) ?? null])) };
}
