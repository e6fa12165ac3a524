import { type NodeData, type NodeStat, NoNodeError, type ServiceRegistry } from '@ndsr/core';
import { childOf } from '@ndsr/core/backend';

/** A node and what is below it, as far down as it was read. */
export interface TreeNode {
  readonly path: string;
  readonly name: string;
  readonly data: NodeData | null;
  readonly stat: NodeStat;
  /** In the order of their names. Empty where it was not asked for them. */
  readonly children: readonly TreeNode[];
}

export interface ReadTreeOptions {
  /** How many levels below `path`; 0 for the node alone. */
  readonly depth: number;
  readonly signal: AbortSignal;
}

/**
 * Reads a node and what is below it. The registry sees to it that not too much is under way at once.
 *
 * @throws {NoNodeError} there is nothing at `path`
 */
export async function readTree(registry: ServiceRegistry, path: string, options: ReadTreeOptions): Promise<TreeNode> {
  const root = await readNode(registry, path, path, options);
  if (root === undefined) throw new NoNodeError(path);
  return root;
}

/** Undefined when it is not there: a child may have gone since its parent was read. */
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
