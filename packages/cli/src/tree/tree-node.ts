import { type NodeData, type NodeStat, NoNodeError, type ServiceRegistry } from '@ndsr/core';
import { childOf } from '@ndsr/core/backend';

/** A node and its descendants, down to the depth that was read. */
export interface TreeNode {
  readonly path: string;
  readonly name: string;
  readonly data: NodeData | null;
  readonly stat: NodeStat;
  /** Sorted by name. Empty when they were not requested. */
  readonly children: readonly TreeNode[];
}

export interface ReadTreeOptions {
  /** How many levels below `path`; 0 for the node alone. */
  readonly depth: number;
  readonly signal: AbortSignal;
}

/**
 * Reads a node and its descendants. The registry limits the number of concurrent requests.
 *
 * @throws {NoNodeError} when `path` does not exist
 */
export async function readTree(registry: ServiceRegistry, path: string, options: ReadTreeOptions): Promise<TreeNode> {
  const root = await readNode(registry, path, path, options);
  if (root === undefined) throw new NoNodeError(path);
  return root;
}

/** Undefined when the node does not exist: a child may have been removed since its parent was read. */
async function readNode(
  registry: ServiceRegistry,
  path: string,
  name: string,
  { depth, signal }: ReadTreeOptions,
): Promise<TreeNode | undefined> {
  const { data, stat, children } = await registry.get(path, { children: 'names', signal });
  registry.unwatch(path);
  if (stat === null) return undefined;
  const names = depth > 0 ? Object.keys(children).sort() : [];
  const below = { depth: depth - 1, signal };
  const read = await Promise.all(names.map((child) => readNode(registry, childOf(path, child), child, below)));
  return { path, name, data, stat, children: read.filter((child) => child !== undefined) };
}
