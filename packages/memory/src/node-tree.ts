import {
  absentNode,
  BackendError,
  BadVersionError,
  type ChildDetail,
  NodeExistsError,
  type NodeStat,
  NoNodeError,
  NotEmptyError,
  nameOf,
  nameOnly,
  parentOf,
  type RawChild,
  type RawNode,
} from '@ndsr/core/backend';

interface TreeNode {
  /** Null for no data. An array is never written to again, so it can be shared. */
  data: Uint8Array | null;
  /** Replaced, never changed, so it can be shared. */
  stat: NodeStat;
  readonly children: Map<string, TreeNode>;
}

/**
 * The effect of a transaction on a node: it was created, deleted or replaced (`membership`), or its data was written.
 */
export interface NodeChange {
  readonly path: string;
  readonly type: 'membership' | 'data';
}

interface Transaction {
  readonly zxid: bigint;
  readonly time: number;
}

/** As in ZooKeeper, no transaction created the root. */
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

/**
 * Session ids start beyond the range of a `number`, like ZooKeeper's, so that a careless conversion fails in a test.
 */
const firstSessionId = 0x1000_0000_0000_0000n;

/**
 * ZooKeeper's tree: nodes with their stats, sessions with their ephemeral nodes, and transactions.
 * Each transaction takes the next zxid, even one that fails, as on a ZooKeeper leader. Watches and connections are
 * handled elsewhere.
 */
export class NodeTree {
  readonly #now: () => number;
  readonly #nodes = new Map<string, TreeNode>([['/', { data: null, stat: rootStat, children: new Map() }]]);
  readonly #ephemerals = new Map<bigint, Set<string>>();
  #zxid = 0n;

  /** @param now the server's wall-clock time, ms since 1970 */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** The number of live sessions. */
  get sessions(): number {
    return this.#ephemerals.size;
  }

  hasSession(id: bigint): boolean {
    return this.#ephemerals.has(id);
  }

  /** All paths except the root, sorted. */
  paths(): string[] {
    return [...this.#nodes.keys()].filter((path) => path !== '/').sort();
  }

  read(path: string, detail: ChildDetail): RawNode {
    const node = this.#nodes.get(path);
    if (node === undefined) return absentNode(path);
    return { path, data: node.data, children: list(node.children, detail), stat: node.stat };
  }

  openSession(): bigint {
    const id = firstSessionId + this.#begin().zxid;
    this.#ephemerals.set(id, new Set());
    return id;
  }

  /** Ends a session: all its ephemeral nodes are deleted in one transaction. */
  closeSession(id: bigint): readonly NodeChange[] {
    const owned = this.#ephemerals.get(id) ?? [];
    const transaction = this.#begin();
    const changes = [...owned].map((path) => this.#delete(path, transaction));
    this.#ephemerals.delete(id);
    return changes;
  }

  /**
   * Creates a node, and before it the missing parents, each in its own transaction.
   *
   * @param owner session of an ephemeral node, `0n` for a persistent one
   */
  create(path: string, data: Uint8Array, owner: bigint): readonly NodeChange[] {
    const parents = this.#missingParents(path).map((parent) => this.#insert(parent, null, 0n, this.#begin()));
    return [...parents, this.#insert(path, data, owner, this.#begin())];
  }

  /** Returns `path` with its parent's next number: ZooKeeper uses the number of changes to the list of children. */
  nextInSequence(path: string): string {
    const changes = this.#nodes.get(parentOf(path) ?? '/')?.stat.cversion ?? 0;
    return `${path}${String(changes).padStart(10, '0')}`;
  }

  /** Replaces the childless node of data version `version` with a new one, in one transaction. */
  replace(path: string, version: number, data: Uint8Array, owner: bigint): readonly NodeChange[] {
    const transaction = this.#begin();
    this.#checkRemovable(path, version);
    this.#delete(path, transaction);
    return [this.#insert(path, data, owner, transaction)];
  }

  /** Creates a node below an existing parent and removes the childless node at `removing`, in one transaction. */
  createAndRemove(path: string, data: Uint8Array, owner: bigint, removing: string): readonly NodeChange[] {
    const transaction = this.#begin();
    this.#checkCreatable(path);
    this.#checkRemovable(removing);
    if (removing === parentOf(path)) throw new NotEmptyError(removing);
    return [this.#insert(path, data, owner, transaction), this.#delete(removing, transaction)];
  }

  write(path: string, data: Uint8Array, version: number): readonly NodeChange[] {
    const { zxid, time } = this.#begin();
    const node = this.#expect(path, version);
    node.data = copyOf(data);
    node.stat = {
      ...node.stat,
      mzxid: zxid,
      mtime: time,
      version: node.stat.version + 1,
      dataLength: data.length,
    };
    return [{ path, type: 'data' }];
  }

  remove(path: string, version: number): readonly NodeChange[] {
    const transaction = this.#begin();
    this.#checkRemovable(path, version);
    return [this.#delete(path, transaction)];
  }

  #begin(): Transaction {
    this.#zxid += 1n;
    return { zxid: this.#zxid, time: this.#now() };
  }

  #missingParents(path: string): string[] {
    const missing: string[] = [];
    for (let parent = parentOf(path); parent !== undefined && !this.#nodes.has(parent); parent = parentOf(parent)) {
      missing.unshift(parent);
    }
    return missing;
  }

  /** @param version undefined for any */
  #expect(path: string, version?: number): TreeNode {
    const node = this.#nodes.get(path);
    if (node === undefined) throw new NoNodeError(path);
    if (version !== undefined && node.stat.version !== version) throw new BadVersionError(path);
    return node;
  }

  #checkRemovable(path: string, version?: number): void {
    if (path === '/') throw new BackendError('The root cannot be removed', { path });
    if (this.#expect(path, version).children.size > 0) throw new NotEmptyError(path);
  }

  /** Returns the parent of the new node. */
  #checkCreatable(path: string): TreeNode {
    if (this.#nodes.has(path)) throw new NodeExistsError(path);
    const parent = this.#parentNode(path);
    if (parent.stat.ephemeralOwner !== 0n) {
      throw new BackendError(`${path}: the node above it is ephemeral and can have no children`, { path });
    }
    return parent;
  }

  #insert(path: string, data: Uint8Array | null, owner: bigint, transaction: Transaction): NodeChange {
    const parent = this.#checkCreatable(path);
    const node: TreeNode = { data: copyOf(data), stat: freshStat(data, owner, transaction), children: new Map() };
    this.#nodes.set(path, node);
    this.#ephemerals.get(owner)?.add(path);
    parent.children.set(nameOf(path), node);
    parent.stat = withChildren(parent, transaction);
    return { path, type: 'membership' };
  }

  #delete(path: string, transaction: Transaction): NodeChange {
    const parent = this.#parentNode(path);
    const owner = this.#nodes.get(path)?.stat.ephemeralOwner ?? 0n;
    this.#nodes.delete(path);
    this.#ephemerals.get(owner)?.delete(path);
    parent.children.delete(nameOf(path));
    parent.stat = withChildren(parent, transaction);
    return { path, type: 'membership' };
  }

  #parentNode(path: string): TreeNode {
    const parent = this.#nodes.get(parentOf(path) ?? '/');
    if (parent === undefined) throw new NoNodeError(path);
    return parent;
  }
}

/** Copies, because the caller may reuse its buffer. Zero bytes are no data. */
function copyOf(data: Uint8Array | null): Uint8Array | null {
  return data === null || data.length === 0 ? null : new Uint8Array(data);
}

function freshStat(data: Uint8Array | null, owner: bigint, { zxid, time }: Transaction): NodeStat {
  return {
    ...rootStat,
    czxid: zxid,
    mzxid: zxid,
    pzxid: zxid,
    ctime: time,
    mtime: time,
    ephemeralOwner: owner,
    dataLength: data?.length ?? 0,
  };
}

/**
 * The stat of a node after a child was created or deleted, which changes neither the node's own data, version nor
 * mtime.
 */
function withChildren({ stat, children }: TreeNode, { zxid }: Transaction): NodeStat {
  return { ...stat, cversion: stat.cversion + 1, pzxid: zxid, numChildren: children.size };
}

function list(children: ReadonlyMap<string, TreeNode>, detail: ChildDetail): RawNode['children'] {
  const listed = new Map<string, RawChild>();
  if (detail === 'none') return listed;
  for (const [name, { data, stat }] of children) listed.set(name, detail === 'data' ? { data, stat } : nameOnly);
  return listed;
}
