import { escapeControls, joinSafe, type SafeText, safeText, styled } from '../safe-text.js';
import type { TreeNode } from '../tree/tree-node.js';
import { nodeKindOf, showData } from './node-table.js';

export interface DrawingOptions {
  readonly data: boolean;
  /** Formats the data beside names. */
  readonly faint: (text: string) => string;
}

/** A node and its descendants, drawn like the folders of `tree`. */
export function drawTree(root: TreeNode, options: DrawingOptions): SafeText {
  return safeText`${label(root, options)}\n${below(root, safeText``, options)}`;
}

function below({ children }: TreeNode, indent: SafeText, options: DrawingOptions): SafeText {
  const lines = children.map((child, index) => {
    const isLast = index === children.length - 1;
    const line = safeText`${indent}${isLast ? safeText`└── ` : safeText`├── `}${label(child, options)}\n`;
    return safeText`${line}${below(child, safeText`${indent}${isLast ? safeText`    ` : safeText`│   `}`, options)}`;
  });
  return joinSafe(lines);
}

function label(node: TreeNode, { data, faint }: DrawingOptions): SafeText {
  const mark = nodeKindOf(node.stat) === 'ephemeral' ? safeText`*` : safeText``;
  const shown = styled(faint, escapeControls(showData(node.data)));
  return safeText`${escapeControls(node.name)}${mark}${data && node.data !== null ? safeText` ${shown}` : safeText``}`;
}
