import type { NodeData, NodeUpdate } from '@ndsr/core';

/** The changes from one snapshot to the next, as printed by `ndsr watch`. Stable: members may be added, but none is removed. */
export interface Change {
  /** When it was seen, ISO 8601, UTC. */
  readonly at: string;
  readonly path: string;
  readonly exists: boolean;
  readonly data: NodeData | null;
  /** Each child's data by its name. */
  readonly children: Readonly<Record<string, NodeData | null>>;
  /**
   * The names of children that were added, removed, and changed (their data, or only their stat), in order; all are added in
   * the first line.
   */
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly changed: readonly string[];
}

export function changeFrom({ snapshot, changes }: NodeUpdate, at: Date): Change {
  const { path, stat, data, children } = snapshot;
  const { added, removed, changed } = changes;
  return {
    at: at.toISOString(),
    path,
    exists: stat !== null,
    data,
    children,
    added: [...added.keys()],
    removed: [...removed.keys()],
    changed: [...changed.keys()],
  };
}
