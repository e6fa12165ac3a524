import type { NodeData, NodeStat } from '@ndsr/core';
import type { SafeText } from '../safe-text.js';
import type { TreeNode } from '../tree/tree-node.js';
import { formatTable, type TableOptions } from './table.js';

/** A node and its descendants, one a line, for people. */
export function nodeTable(root: TreeNode, options: TableOptions): Promise<SafeText> {
  const rows = flatten(root).map(({ path, stat, data }) => [
    path,
    nodeKindOf(stat),
    localTime(stat.mtime),
    showData(data),
  ]);
  return formatTable(['PATH', 'KIND', 'CHANGED', 'DATA'], rows, options);
}

/** The kind of node: removed with its session, or persistent. */
export function nodeKindOf(stat: NodeStat): 'ephemeral' | 'persistent' {
  return stat.ephemeralOwner === 0n ? 'persistent' : 'ephemeral';
}

/** On one line; `-` for none. */
export function showData(data: NodeData | null): string {
  return data === null ? '-' : JSON.stringify(data);
}

/** `YYYY-MM-DD HH:MM:SS` of this machine's zone, as in `created`. */
export function localTime(ms: number): string {
  const date = new Date(ms);
  const [year, ...rest] = [
    date.getFullYear(),
    date.getMonth() + 1,
    date.getDate(),
    date.getHours(),
    date.getMinutes(),
    date.getSeconds(),
  ];
  const [month, day, hours, minutes, seconds] = rest.map((part) => String(part).padStart(2, '0'));
  return `${year}-${month}-${day} ${hours}:${minutes}:${seconds}`;
}

function flatten(node: TreeNode): TreeNode[] {
  return [node, ...node.children.flatMap(flatten)];
}
