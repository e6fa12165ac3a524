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

/** Data and stat of a node. Replaced, never changed, so it can be shared. */
interface OwnState extends RawChild {
  readonly stat: NodeStat;
}

interface TreeNode {
  own: OwnState;
  /** The same objects as `own` of the children, so that a watch can deliver the map. */
  readonly children: Map<string, RawChild>;
  /** The same children by name only, created for the first watch of names. */
  names?: Map<string, RawChild>;
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
  readonly #nodes = new Map<string, TreeNode>([['/', treeNode({ data: null, stat: rootStat })]]);
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
    const node = this.live(path, detail);
    return { ...node, children: new Map(node.children) };
  }

  /** The same as `read`, without a copy: the map of children is valid until the next transaction. */
  live(path: string, detail: ChildDetail): RawNode {
    const node = this.#nodes.get(path);
    return node === undefined ? absentNode(path) : { path, ...node.own, children: childrenOf(node, detail) };
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
    const changes = this.#nodes.get(parentOf(path) ?? '/')?.own.stat.cversion ?? 0;
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
    const { stat } = node.own;
    const written = { mzxid: zxid, mtime: time, version: stat.version + 1, dataLength: data.length };
    this.#set(path, node, { data: copyOf(data), stat: { ...stat, ...written } });
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
    if (version !== undefined && node.own.stat.version !== version) throw new BadVersionError(path);
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
    if (parent.own.stat.ephemeralOwner !== 0n) {
      throw new BackendError(`${path}: the node above it is ephemeral and can have no children`, { path });
    }
    return parent;
  }

  #insert(path: string, data: Uint8Array | null, owner: bigint, transaction: Transaction): NodeChange {
    const parent = this.#checkCreatable(path);
    const node = treeNode({ data: copyOf(data), stat: freshStat(data, owner, transaction) });
    this.#nodes.set(path, node);
    this.#ephemerals.get(owner)?.add(path);
    parent.children.set(nameOf(path), node.own);
    parent.names?.set(nameOf(path), nameOnly);
    this.#countChildren(path, parent, transaction);
    return { path, type: 'membership' };
  }

  #delete(path: string, transaction: Transaction): NodeChange {
    const parent = this.#parentNode(path);
    const owner = this.#nodes.get(path)?.own.stat.ephemeralOwner ?? 0n;
    this.#nodes.delete(path);
    this.#ephemerals.get(owner)?.delete(path);
    parent.children.delete(nameOf(path));
    parent.names?.delete(nameOf(path));
    this.#countChildren(path, parent, transaction);
    return { path, type: 'membership' };
  }

  /** Updates the stat of `parent` after its child at `path` was created or deleted; its data, version and mtime stay. */
  #countChildren(path: string, parent: TreeNode, { zxid }: Transaction): void {
    const { data, stat } = parent.own;
    const counted = { cversion: stat.cversion + 1, pzxid: zxid, numChildren: parent.children.size };
    this.#set(parentOf(path) ?? '/', parent, { data, stat: { ...stat, ...counted } });
  }

  #set(path: string, node: TreeNode, own: OwnState): void {
    node.own = own;
    const above = parentOf(path);
    if (above !== undefined) this.#nodes.get(above)?.children.set(nameOf(path), own);
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

function treeNode(own: OwnState): TreeNode {
  return { own, children: new Map() };
}

const noChildren: RawNode['children'] = new Map();

function childrenOf(node: TreeNode, detail: ChildDetail): RawNode['children'] {
  if (detail === 'none') return noChildren;
  if (detail === 'data') return node.children;
  node.names ??= new Map([...node.children.keys()].map((name) => [name, nameOnly]));
  return node.names;
}
