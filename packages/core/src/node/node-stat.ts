/**
 * Metadata of a node, on every backend: the eleven fields of ZooKeeper's `Stat` record under their own names.
 * Transaction ids and the owner are 64 bits wide, hence `bigint`; times are milliseconds since 1970.
 */
export interface NodeStat {
  /** Transaction that created the node. */
  readonly czxid: bigint;
  /** Transaction that last changed the node's own data. */
  readonly mzxid: bigint;
  /** Creation time, ms since 1970, by the server's clock. */
  readonly ctime: number;
  /** Time of the last change of the node's own data, ms since 1970, by the server's clock. */
  readonly mtime: number;
  /** Changes of the data since creation. */
  readonly version: number;
  /** Changes of the list of children since creation. */
  readonly cversion: number;
  /** Changes of the ACL since creation. */
  readonly aversion: number;
  /** Session of an ephemeral node; `0n` for a persistent node. */
  readonly ephemeralOwner: bigint;
  /** Length of the data in bytes. */
  readonly dataLength: number;
  readonly numChildren: number;
  /** Transaction that last changed the list of children. */
  readonly pzxid: bigint;
}

/** Returns true if two stats describe the same state of a node. */
export function sameStat(a: NodeStat | null, b: NodeStat | null): boolean {
  if (a === b) return true;
  if (a === null || b === null) return false;
  return (
    a.mzxid === b.mzxid &&
    a.pzxid === b.pzxid &&
    a.czxid === b.czxid &&
    a.version === b.version &&
    a.cversion === b.cversion &&
    a.aversion === b.aversion &&
    a.numChildren === b.numChildren &&
    a.dataLength === b.dataLength &&
    a.ephemeralOwner === b.ephemeralOwner &&
    a.ctime === b.ctime &&
    a.mtime === b.mtime
  );
}
