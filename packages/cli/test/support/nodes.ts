import type { NodeData, NodeStat } from '@ndsr/core';
import type { TreeNode } from '../../src/tree/tree-node.js';

const someStat: NodeStat = {
  ...{ czxid: 1n, mzxid: 1n, pzxid: 1n, ctime: 0, mtime: 0, version: 0, cversion: 0, aversion: 0 },
  ...{ ephemeralOwner: 0n, dataLength: 0, numChildren: 0 },
};

export function node(path: string, data: NodeData | null, children: readonly TreeNode[] = []): TreeNode {
  return { path, name: path.slice(path.lastIndexOf('/') + 1), data, stat: someStat, children };
}
