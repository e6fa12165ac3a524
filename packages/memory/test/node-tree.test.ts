import type { NodeStat } from '@ndsr/core/backend';
import { describe, expect, test } from 'vitest';
import { NodeTree } from '../src/node-tree.js';
import { bytes } from './open-backend.js';

/** Returns a tree whose clock advances by 10 ms at each read. */
function plant(): NodeTree {
  let time = 0;
  return new NodeTree(() => {
    time += 10;
    return time;
  });
}

function statOf(tree: NodeTree, path: string): NodeStat | null {
  return tree.read(path, 'none').stat;
}

const zeros = { version: 0, cversion: 0, aversion: 0, ephemeralOwner: 0n, dataLength: 0, numChildren: 0 };
const root = { czxid: 0n, mzxid: 0n, pzxid: 0n, ctime: 0, mtime: 0, ...zeros };

describe('stats', () => {
  const steps: [string, (tree: NodeTree) => void, Record<string, Partial<NodeStat> | null>][] = [
    ['the root is always there', () => undefined, { '/': root, '/a': null }],
    [
      'a new node has one transaction for all three, and its parent counts it',
      (tree) => tree.create('/a', bytes('abc'), 0n),
      {
        '/': { ...root, cversion: 1, pzxid: 1n, numChildren: 1 },
        '/a': { ...zeros, czxid: 1n, mzxid: 1n, pzxid: 1n, ctime: 10, mtime: 10, dataLength: 3 },
      },
    ],
    [
      'missing parents are made first, each in its own transaction, without data',
      (tree) => tree.create('/a/b/c', bytes('x'), 0n),
      {
        '/a': { czxid: 1n, mzxid: 1n, pzxid: 2n, cversion: 1, numChildren: 1, dataLength: 0 },
        '/a/b': { czxid: 2n, mzxid: 2n, pzxid: 3n, cversion: 1, numChildren: 1, dataLength: 0 },
        '/a/b/c': { czxid: 3n, mzxid: 3n, pzxid: 3n, cversion: 0, numChildren: 0, dataLength: 1 },
      },
    ],
    [
      'writing changes the node alone',
      (tree) => {
        tree.create('/a', bytes('abc'), 0n);
        tree.write('/a', bytes('abcdef'), 0);
      },
      {
        '/': { cversion: 1, pzxid: 1n },
        '/a': { czxid: 1n, mzxid: 2n, pzxid: 1n, ctime: 10, mtime: 20, version: 1, dataLength: 6 },
      },
    ],
    [
      'a child that goes counts as a change of the list too, and not as one of the data',
      (tree) => {
        tree.create('/a', bytes('abc'), 0n);
        tree.create('/a/b', bytes('x'), 0n);
        tree.remove('/a/b', 0);
      },
      { '/a': { mzxid: 1n, pzxid: 3n, mtime: 10, version: 0, cversion: 2, numChildren: 0 }, '/a/b': null },
    ],
    [
      'replacing takes one transaction, and the node starts afresh',
      (tree) => {
        tree.create('/a', bytes('abc'), 0n);
        tree.write('/a', bytes('d'), 0);
        tree.replace('/a', 1, bytes('ef'), 0n);
      },
      {
        '/': { cversion: 3, pzxid: 3n, numChildren: 1 },
        '/a': { czxid: 3n, mzxid: 3n, pzxid: 3n, version: 0, ctime: 30, mtime: 30, dataLength: 2 },
      },
    ],
    [
      'a transaction that fails uses up its number',
      (tree) => {
        expect(() => tree.remove('/none', 0)).toThrow();
        tree.create('/a', bytes(''), 0n);
      },
      { '/a': { czxid: 2n, dataLength: 0 } },
    ],
  ];

  test.each(steps)('%s', (_name, act, expected) => {
    const tree = plant();
    act(tree);
    for (const [path, stat] of Object.entries(expected)) {
      if (stat === null) expect(statOf(tree, path)).toBeNull();
      else expect(statOf(tree, path)).toMatchObject(stat);
    }
  });

  test('have exactly the eleven fields', () => {
    const tree = plant();
    tree.create('/a', bytes('abc'), 0n);
    expect(Object.keys(statOf(tree, '/a') ?? {}).sort()).toEqual(Object.keys(root).sort());
  });
});

describe('sessions', () => {
  test('own their ephemeral nodes, which are all deleted in one transaction', () => {
    const tree = plant();
    const session = tree.openSession();
    tree.create('/s/a', bytes('1'), session);
    tree.create('/s/b', bytes('2'), session);
    tree.create('/s/c', bytes('3'), 0n);
    expect(statOf(tree, '/s/a')?.ephemeralOwner).toBe(session);
    expect(tree.closeSession(session)).toEqual([
      { path: '/s/a', type: 'membership' },
      { path: '/s/b', type: 'membership' },
    ]);
    expect(tree.paths()).toEqual(['/s', '/s/c']);
    expect(statOf(tree, '/s')).toMatchObject({ cversion: 5, pzxid: 6n, numChildren: 1 });
    expect(tree.hasSession(session)).toBe(false);
  });

  test('do not delete a node that was removed and created again by another', () => {
    const tree = plant();
    const [one, two] = [tree.openSession(), tree.openSession()];
    tree.create('/a', bytes('1'), one);
    tree.replace('/a', 0, bytes('2'), two);
    tree.closeSession(one);
    expect(tree.paths()).toEqual(['/a']);
    tree.closeSession(two);
    expect(tree.paths()).toEqual([]);
  });

  test('have ids beyond the range of a number', () => {
    const id = plant().openSession();
    expect(BigInt(Number(id))).not.toBe(id);
  });
});

describe('refused', () => {
  const cases: [string, (tree: NodeTree, session: bigint) => void, string][] = [
    ['creating what exists', (tree) => tree.create('/p', bytes(''), 0n), 'ERR_NDSR_NODE_EXISTS'],
    ['creating the root', (tree) => tree.create('/', bytes(''), 0n), 'ERR_NDSR_NODE_EXISTS'],
    ['a child of an ephemeral node', (tree) => tree.create('/e/a', bytes(''), 0n), 'ERR_NDSR_BACKEND'],
    ['a grandchild of an ephemeral node', (tree) => tree.create('/e/a/b', bytes(''), 0n), 'ERR_NDSR_BACKEND'],
    ['writing what is absent', (tree) => tree.write('/none', bytes(''), 0), 'ERR_NDSR_NO_NODE'],
    ['writing another version', (tree) => tree.write('/p', bytes(''), 1), 'ERR_NDSR_BAD_VERSION'],
    ['version -1, which is no wildcard here', (tree) => tree.write('/p', bytes(''), -1), 'ERR_NDSR_BAD_VERSION'],
    ['removing what is absent', (tree) => tree.remove('/none', 0), 'ERR_NDSR_NO_NODE'],
    ['removing another version', (tree) => tree.remove('/p', 1), 'ERR_NDSR_BAD_VERSION'],
    ['removing what has children', (tree) => tree.remove('/p', 0), 'ERR_NDSR_NOT_EMPTY'],
    ['removing the root', (tree) => tree.remove('/', 0), 'ERR_NDSR_BACKEND'],
    ['replacing what is absent', (tree, id) => tree.replace('/none', 0, bytes(''), id), 'ERR_NDSR_NO_NODE'],
    ['replacing another version', (tree, id) => tree.replace('/e', 1, bytes(''), id), 'ERR_NDSR_BAD_VERSION'],
    ['replacing what has children', (tree, id) => tree.replace('/p', 0, bytes(''), id), 'ERR_NDSR_NOT_EMPTY'],
    ['replacing the root', (tree, id) => tree.replace('/', 0, bytes(''), id), 'ERR_NDSR_BACKEND'],
  ];

  test.each(cases)('%s, and nothing changes', (_name, act, code) => {
    const tree = plant();
    const session = tree.openSession();
    tree.create('/p/child', bytes('1'), 0n);
    tree.create('/e', bytes('2'), session);
    const before = [tree.paths(), statOf(tree, '/'), statOf(tree, '/p'), statOf(tree, '/e')];
    expect(() => act(tree, session)).toThrow(expect.objectContaining({ code }));
    expect([tree.paths(), statOf(tree, '/'), statOf(tree, '/p'), statOf(tree, '/e')]).toEqual(before);
  });
});
