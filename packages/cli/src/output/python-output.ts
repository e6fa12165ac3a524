import type { NodeData } from '@ndsr/core';
import { escapeControls, escapeLines, joinSafe, type SafeText, safeText } from '../safe-text.js';
import type { TreeNode } from '../tree/tree-node.js';

/** A node as the Python command `ndsr get` prints it: its path with the requested details. */
type PythonNode = Readonly<Record<string, PythonEntry>>;
interface PythonEntry {
  readonly children?: readonly PythonNode[];
  readonly data?: NodeData | null;
}

export interface Asked {
  readonly data: boolean;
  readonly recursive: boolean;
}

export function toPython(node: TreeNode, asked: Asked): PythonNode {
  const children = asked.recursive ? { children: node.children.map((child) => toPython(child, asked)) } : {};
  const data = asked.data ? { data: node.data } : {};
  // A name may be `__proto__`, although a path cannot; data may have it as a key, which is kept.
  return { [node.path]: { ...children, ...data } };
}

/** Like Python's `json.dumps(sort_keys=True, indent=4)`. */
export function toJson(value: unknown): SafeText {
  return escapeLines(`${escapeNonAscii(JSON.stringify(sorted(value), null, 4))}\n`);
}

/** On one line. */
export function toJsonLine(value: unknown): SafeText {
  return safeText`${escapeControls(JSON.stringify(value))}\n`;
}

/** All paths, one a line. */
export function toPaths(node: TreeNode): SafeText {
  return safeText`${escapeControls(node.path)}\n${joinSafe(node.children.map(toPaths))}`;
}

/** The keys of all objects in `value` in order, as Python's dumpers write them. */
export function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return Object.fromEntries(entries.map(([key, item]) => [key, sorted(item)]));
}

function escapeNonAscii(text: string): string {
  return text.replace(/[^\x20-\x7e\n]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
