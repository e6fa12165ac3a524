import type { RawChild, RawNode } from '@ndsr/core/backend';

/** Copies a delivery: its map of children may be the backend's own, which is valid only inside the observer. */
export function keptNode(node: RawNode): RawNode {
  return { ...node, children: new Map(node.children) };
}

/** Returns why the changes of a delivery do not lead from the one before it to its children. */
export function wrongChanges(before: RawNode | undefined, node: RawNode): string | undefined {
  const { children, changedChildren } = node;
  if (before === undefined) return changedChildren === undefined ? undefined : 'the first delivery has changes';
  if (changedChildren === undefined) return 'a delivery has no changes';
  const applied = new Map<string, RawChild>(before.children);
  for (const [name, child] of changedChildren) {
    if (child === null) applied.delete(name);
    else applied.set(name, child);
  }
  if (applied.size !== children.size) return `${applied.size} children by changes, ${children.size} in the list`;
  for (const [name, child] of children) if (applied.get(name) !== child) return `${name} is not as the changes say`;
  return undefined;
}
