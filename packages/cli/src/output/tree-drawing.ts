import type { TreeNode } from '../tree/tree-node.js';
import { kindOf, showData } from './node-table.js';
import { printable } from './table.js';

export interface DrawingOptions {
  readonly data: boolean;
  /** How data are shown beside names. */
  faint(text: string): string;
}

/** A node and what is below it, as `tree` draws folders. */
export function drawTree(root: TreeNode, options: DrawingOptions): string {
  return `${label(root, options)}\n${below(root, '', options)}`;
}

function below({ children }: TreeNode, indent: string, options: DrawingOptions): string {
  return children
    .map((child, index) => {
      const isLast = index === children.length - 1;
      const line = `${indent}${isLast ? '└── ' : '├── '}${label(child, options)}\n`;
      return line + below(child, `${indent}${isLast ? '    ' : '│   '}`, options);
    })
    .join('');
}

function label(node: TreeNode, { data, faint }: DrawingOptions): string {
  const mark = kindOf(node.stat) === 'ephemeral' ? '*' : '';
  const shown = data && node.data !== null ? ` ${faint(printable(showData(node.data)))}` : '';
  return printable(node.name) + mark + shown;
}
