import { type NodeStat, nameOf, parentOf } from '@ndsr/core/backend';
import { errorNumbers, ZooKeeperError } from '@ndsr/zookeeper-common';

interface TreeNode {
  data: Uint8Array | null;
  stat: NodeStat;
  readonly children: Set<string>;
}

/** A change of a node itself; the change of its parent's list follows from it. */
export interface FakeChange {
  readonly kind: 'created' | 'changed' | 'deleted';
  readonly path: string;
}

interface Transaction {
  readonly zxid: bigint;
  readonly time: number;
}

const rootStat: NodeStat = {
  czxid: 0n,
  mzxid: 0n,
  ctime: 0,
  mtime: 0,
  version: 0,
  cversion: 0,
  aversion: 0,
  ephemeralOwner: 0n,
  dataLength: 0,
  numChildren: 0,
  pzxid: 0n,
};

/** Beyond the range of a `number`, like real session ids, so that a careless conversion fails. */
const firstSessionId = 0x1000_0000_0000_0000n;

/** Nodes with their stats, sessions with their ephemeral nodes, and transactions, as in ZooKeeper. */
export class FakeTree {
  readonly #changed: (change: FakeChange) => void;
  readonly #nodes = new Map<string, TreeNode>([['/', { data: null, stat: rootStat, children: new Set() }]]);
  readonly #sessions = new Map<bigint, Set<string>>();
  #zxid = 0n;

  /** @param changed called with each change while it happens, in order */
  constructor(changed: (change: FakeChange) => void) {
    this.#changed = changed;
  }

  /** The id of the last transaction. */
  get zxid(): bigint {
    return this.#zxid;
  }

  /** All paths except the root, sorted. */
  get paths(): readonly string[] {
    return [...this.#nodes.keys()].filter((path) => path !== '/').sort();
  }

  /** The ids of the open sessions. */
  get sessions(): readonly bigint[] {
    return [...this.#sessions.keys()];
  }

  /** Null if there is no node. */
  statOf(path: string): NodeStat | null {
    return this.#nodes.get(path)?.stat ?? null;
  }

  /** @throws {ZooKeeperError} NO_NODE */
  getData(path: string): { data: Uint8Array | null; stat: NodeStat } {
    const { data, stat } = this.#expect(path);
    return { data: copyOf(data), stat };
  }

  /** @throws {ZooKeeperError} NO_NODE */
  getChildren(path: string): { names: string[]; stat: NodeStat } {
    const { children, stat } = this.#expect(path);
    return { names: [...children], stat };
  }

  /** Opens a session and returns its id. */
  openSession(): bigint {
    const id = firstSessionId + this.#begin().zxid;
    this.#sessions.set(id, new Set());
    return id;
  }

  /** Ends a session and deletes its ephemeral nodes. */
  closeSession(id: bigint): void {
    const owned = this.#sessions.get(id) ?? [];
    const transaction = this.#begin();
    this.#sessions.delete(id);
    for (const path of owned) this.#delete(path, transaction);
  }

  /**
   * Creates a node below an existing parent. `owner` is the session of an ephemeral node, `0n` for a persistent one.
   */
  create(path: string, data: Uint8Array | null, owner = 0n): void {
    this.#insert(path, data, owner, this.#begin());
  }

  /** Creates a node numbered by the count of changes to the parent's list. Returns its path. */
  createSequential(path: string, data: Uint8Array | null, owner: bigint): string {
    const changes = this.statOf(parentOf(path) ?? '/')?.cversion ?? 0;
    const made = `${path}${String(changes).padStart(10, '0')}`;
    this.create(made, data, owner);
    return made;
  }

  /** Writes the data if the node has this `version`, -1 for any. */
  setData(path: string, data: Uint8Array, version = -1): void {
    const { zxid, time } = this.#begin();
    const node = this.#expect(path, version);
    node.data = copyOf(data);
    const { stat } = node;
    node.stat = { ...stat, mzxid: zxid, mtime: time, version: stat.version + 1, dataLength: data.length };
    this.#changed({ kind: 'changed', path });
  }

  /** Removes the childless node if it has this `version`, -1 for any. */
  remove(path: string, version = -1): void {
    const transaction = this.#begin();
    this.#checkRemovable(path, version);
    this.#delete(path, transaction);
  }

  /**
   * Removes and creates a node in one transaction.
   *
   * @param version of the node that is replaced, -1 for any
   * @param owner as in `create`
   */
  replace(path: string, version: number, data: Uint8Array, owner = 0n): void {
    const transaction = this.#begin();
    this.#checkRemovable(path, version);
    this.#delete(path, transaction);
    this.#insert(path, data, owner, transaction);
  }

  /** Creates a node and removes another of any version, in one transaction. `owner` as in `create`. */
  createAndRemove(path: string, data: Uint8Array, owner: bigint, removing: string): void {
    const transaction = this.#begin();
    this.#checkCreatable(path);
    this.#checkRemovable(removing, -1);
    if (removing === parentOf(path)) throw new ZooKeeperError(errorNumbers.notEmpty);
    this.#insert(path, data, owner, transaction);
    this.#delete(removing, transaction);
  }

  /** A transaction that fails takes a number too. */
  #begin(): Transaction {
    this.#zxid += 1n;
    return { zxid: this.#zxid, time: Date.now() };
  }

  /** @param version -1 for any */
  #expect(path: string, version = -1): TreeNode {
    const node = this.#nodes.get(path);
    if (node === undefined) throw new ZooKeeperError(errorNumbers.noNode);
    if (version !== -1 && node.stat.version !== version) throw new ZooKeeperError(errorNumbers.badVersion);
    return node;
  }

  #checkRemovable(path: string, version: number): void {
    if (path === '/') throw new ZooKeeperError(errorNumbers.badArguments);
    if (this.#expect(path, version).children.size > 0) throw new ZooKeeperError(errorNumbers.notEmpty);
  }

  /** Returns the parent of the new node. */
  #checkCreatable(path: string): TreeNode {
    const parent = this.#expect(parentOf(path) ?? '/');
    if (this.#nodes.has(path)) throw new ZooKeeperError(errorNumbers.nodeExists);
    if (parent.stat.ephemeralOwner !== 0n) throw new ZooKeeperError(errorNumbers.noChildrenForEphemerals);
    return parent;
  }

  #insert(path: string, data: Uint8Array | null, owner: bigint, { zxid, time }: Transaction): void {
    const parent = this.#checkCreatable(path);
    const born = { czxid: zxid, mzxid: zxid, pzxid: zxid, ctime: time, mtime: time };
    const stat = { ...rootStat, ...born, ephemeralOwner: owner, dataLength: data?.length ?? 0 };
    this.#nodes.set(path, { data: copyOf(data), stat, children: new Set() });
    this.#sessions.get(owner)?.add(path);
    parent.children.add(nameOf(path));
    listChanged(parent, zxid);
    this.#changed({ kind: 'created', path });
  }

  #delete(path: string, { zxid }: Transaction): void {
    const parent = this.#expect(parentOf(path) ?? '/');
    this.#sessions.get(this.#expect(path).stat.ephemeralOwner)?.delete(path);
    this.#nodes.delete(path);
    parent.children.delete(nameOf(path));
    listChanged(parent, zxid);
    this.#changed({ kind: 'deleted', path });
  }
}

/** Copies, because the caller may reuse its buffer. No data and zero bytes are different, as on real servers. */
function copyOf(data: Uint8Array | null): Uint8Array | null {
  return data === null ? null : new Uint8Array(data);
}

function listChanged(parent: TreeNode, zxid: bigint): void {
  const { cversion } = parent.stat;
  parent.stat = { ...parent.stat, cversion: cversion + 1, pzxid: zxid, numChildren: parent.children.size };
}
