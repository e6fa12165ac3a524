import { type RawChild, type RawNode, sameStat } from '@ndsr/core/backend';

/**
 * Returns why the `changedChildren` of a delivery do not lead from the delivery before it to its children; undefined if
 * they do, or if the backend does not keep track.
 */
export function wrongChanges(before: RawNode | undefined, node: RawNode): string | undefined {
  const { children, changedChildren } = node;
  if (changedChildren === undefined) return undefined;
  if (before === undefined) return 'the first delivery has changedChildren';
  if (!(changedChildren instanceof Map)) return 'changedChildren is not a Map';
  for (const [name, child] of changedChildren) {
    const now = children.get(name) ?? null;
    if (child === null && now !== null) return `changedChildren report ${name} as gone, and children has it`;
    if (child !== null && now === null) return `changedChildren report ${name} as present, and children lacks it`;
    if (!sameChild(child, now)) return `${name} in changedChildren is not the one in children`;
  }
  for (const name of new Set([...before.children.keys(), ...children.keys()])) {
    if (changedChildren.has(name)) continue;
    if (!sameChild(before.children.get(name) ?? null, children.get(name) ?? null))
      return `${name} differs from the last delivery, and is not among the changedChildren`;
  }
  return undefined;
}

/** Returns true if two states of a child are equal; null stands for none. */
export function sameChild(a: RawChild | null, b: RawChild | null): boolean {
  if (a === null || b === null) return a === b;
  return sameStat(a.stat, b.stat) && Buffer.compare(a.data ?? noBytes, b.data ?? noBytes) === 0;
}

const noBytes = new Uint8Array(0);
