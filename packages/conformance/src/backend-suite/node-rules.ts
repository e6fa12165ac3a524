import type { ChildDetail, NodeStat, RawChild, RawNode } from '@ndsr/core/backend';

const bigints = ['czxid', 'mzxid', 'pzxid', 'ephemeralOwner'] as const;
const integers = ['ctime', 'mtime', 'version', 'cversion', 'aversion', 'dataLength', 'numChildren'] as const;
const fields = [...bigints, ...integers];

/** Returns why `node`, read from `path` with `detail`, is inconsistent in itself; undefined if it is consistent. */
export function inconsistency(node: RawNode, path: string, detail: ChildDetail): string | undefined {
  if (node.path !== path) return `the node calls itself ${node.path}`;
  if (!(node.children instanceof Map)) return 'children is not a Map';
  if (node.stat === null) return absentInconsistency(node);
  return (
    statInconsistency(node.stat) ?? dataInconsistency(node, node.stat) ?? childInconsistency(node, node.stat, detail)
  );
}

function absentInconsistency(node: RawNode): string | undefined {
  if (node.data !== null) return 'an absent node has data';
  if (node.children.size > 0) return 'an absent node has children';
  return undefined;
}

function statInconsistency(stat: NodeStat): string | undefined {
  for (const field of bigints) if (typeof stat[field] !== 'bigint') return `stat.${field} is not a bigint`;
  for (const field of integers) {
    if (!Number.isSafeInteger(stat[field]) || stat[field] < 0) return `stat.${field} is ${String(stat[field])}`;
  }
  const others = Object.keys(stat).filter((key) => !fields.some((field) => field === key));
  if (others.length > 0) return `stat has ${others.join(', ')} beside the eleven fields`;
  if (stat.mzxid < stat.czxid) return 'stat.mzxid is before stat.czxid';
  if (stat.pzxid < stat.czxid) return 'stat.pzxid is before stat.czxid';
  return undefined;
}

/** As for a node; a child that may not be read has neither data nor stat. */
function ownInconsistency(child: RawChild): string | undefined {
  if (child.stat === null) return child.data === null ? undefined : 'data without a stat';
  return statInconsistency(child.stat) ?? dataInconsistency(child, child.stat);
}

function dataInconsistency(node: RawChild, stat: NodeStat): string | undefined {
  if (node.data !== null && !(node.data instanceof Uint8Array)) return 'data is not a Uint8Array';
  if (node.data?.length === 0) return 'data is empty instead of null';
  const length = node.data?.length ?? 0;
  if (stat.dataLength !== length) return `stat.dataLength is ${stat.dataLength} with ${length} bytes`;
  return undefined;
}

function childInconsistency(node: RawNode, stat: NodeStat, detail: ChildDetail): string | undefined {
  const values = [...node.children.values()];
  if (detail === 'none') return values.length > 0 ? 'children that were not asked for' : undefined;
  if (stat.numChildren !== values.length)
    return `stat.numChildren is ${stat.numChildren} with ${values.length} children`;
  if (detail === 'names')
    return values.some(({ data, stat: own }) => data !== null || own !== null)
      ? 'data where only names were asked for'
      : undefined;
  for (const [name, child] of node.children) {
    const wrong = ownInconsistency(child);
    if (wrong !== undefined) return `child ${name}: ${wrong}`;
  }
  return undefined;
}

/**
 * The newest state seen of one path, to detect an older state after a newer one.
 * Transaction ids only grow, also when a path is deleted and created again.
 */
export class NewestStat {
  #stat: NodeStat | undefined;
  #goneSince = false;

  /** Returns why `node` is older than a state seen before; undefined if it is not. */
  regression(node: RawNode): string | undefined {
    const before = this.#stat;
    const after = node.stat;
    if (after === null) {
      this.#goneSince = before !== undefined;
      return undefined;
    }
    const wrong = before === undefined ? undefined : this.#compare(before, after);
    if (wrong === undefined) this.#stat = after;
    this.#goneSince = false;
    return wrong;
  }

  #compare(before: NodeStat, after: NodeStat): string | undefined {
    if (after.czxid > before.czxid) return newLife(before, after);
    if (after.czxid < before.czxid) return `czxid went back from ${before.czxid} to ${after.czxid}`;
    if (this.#goneSince) return `the life of czxid ${after.czxid} had been delivered as over`;
    return sameLife(before, after);
  }
}

function newLife(before: NodeStat, after: NodeStat): string | undefined {
  if (after.czxid > before.mzxid && after.czxid > before.pzxid) return undefined;
  return `the life of czxid ${after.czxid} began before the last change of the one before`;
}

function sameLife(before: NodeStat, after: NodeStat): string | undefined {
  for (const field of ['mzxid', 'pzxid', 'version', 'cversion'] as const) {
    if (after[field] < before[field]) return `${field} went back from ${before[field]} to ${after[field]}`;
  }
  return undefined;
}
