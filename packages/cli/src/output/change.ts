import { isDeepStrictEqual } from 'node:util';
import type { NodeData, NodeSnapshot } from '@ndsr/core';

/** What a snapshot says that the one before did not, as `ndsr watch` prints it. Stable: members may be added, none goes. */
export interface Change {
  /** When it was seen, ISO 8601, UTC. */
  readonly at: string;
  readonly path: string;
  readonly exists: boolean;
  readonly data: NodeData | null;
  /** Each child's data by its name. */
  readonly children: Readonly<Record<string, NodeData | null>>;
  /** The names of children that came, went, and have other data; all came for the first line. */
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
