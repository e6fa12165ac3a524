import { isDeepStrictEqual } from 'node:util';
import type { NodeData, NodeSnapshot } from '@ndsr/core';

/** The changes from one snapshot to the next, as printed by `ndsr watch`. Stable: members may be added, but none is removed. */
export interface Change {
  /** When it was seen, ISO 8601, UTC. */
  readonly at: string;
  readonly path: string;
  readonly exists: boolean;
  readonly data: NodeData | null;
  /** Each child's data by its name. */
  readonly children: Readonly<Record<string, NodeData | null>>;
  /** The names of children that were added, removed, and changed; all are added in the first line. */
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly changed: readonly string[];
}

export function changeFrom(before: NodeSnapshot | undefined, now: NodeSnapshot, at: Date): Change {
  const { path, stat, data, children } = now;
  const old = before?.children ?? {};
  const names = Object.keys(children).sort();
  return {
    at: at.toISOString(),
    path,
    exists: stat !== null,
    data,
    children,
    added: names.filter((name) => !Object.hasOwn(old, name)),
    removed: Object.keys(old)
      .filter((name) => !Object.hasOwn(children, name))
      .sort(),
    changed: names.filter((name) => Object.hasOwn(old, name) && !isDeepStrictEqual(old[name], children[name])),
  };
}
