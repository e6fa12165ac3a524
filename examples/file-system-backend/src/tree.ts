import {
  absentNode,
  type ChildDetail,
  childOf,
  nameOf,
  nameOnly,
  parentOf,
  type RawChild,
  type RawNode,
} from '@ndsr/core/backend';

/** A node in the format of a tree file. Transactions and sessions are plain numbers there; those of the port are bigints. */
export interface TreeNode {
  /** Base64; empty for no data. */
  readonly data: string;
  readonly czxid: number;
  readonly mzxid: number;
  readonly pzxid: number;
  readonly ctime: number;
  readonly mtime: number;
  readonly version: number;
  readonly cversion: number;
  /** The session of an ephemeral node, 0 for a persistent one. */
  readonly owner: number;
}

interface TreeFile {
  readonly zxid: number;
  readonly sessions: readonly (readonly [id: number, timeoutMs: number])[];
  readonly nodes: readonly (readonly [path: string, node: TreeNode])[];
}

const root = { data: '', czxid: 0, mzxid: 0, pzxid: 0, ctime: 0, mtime: 0, version: 0, cversion: 0, owner: 0 };

/**
 * The complete state at one moment: the nodes, the live sessions, the number of the last transaction.
 * Names are map keys and JSON strings, never property names or file names, so every name is safe.
 */
export class Tree {
  zxid: number;
  readonly sessions: Map<number, number>;
  readonly #nodes: Map<string, TreeNode>;
  readonly #children = new Map<string, Set<string>>();

  constructor({ zxid, sessions, nodes }: TreeFile = { zxid: 0, sessions: [], nodes: [['/', root]] }) {
    this.zxid = zxid;
    this.sessions = new Map(sessions);
    this.#nodes = new Map(nodes);
    for (const path of this.#nodes.keys()) this.#list(path);
  }

  static parse(text: string): Tree {
    return new Tree(JSON.parse(text) as TreeFile);
  }

  stringify(): string {
    return JSON.stringify(this.#content());
  }

  /** A copy to change; this tree stays the same. */
  copy(): Tree {
    return new Tree(this.#content());
  }

  get(path: string): TreeNode | undefined {
    return this.#nodes.get(path);
  }

  set(path: string, node: TreeNode): void {
    this.#nodes.set(path, node);
    this.#list(path);
  }

  delete(path: string): void {
    this.#nodes.delete(path);
    this.#children.get(parentOf(path) ?? '')?.delete(nameOf(path));
  }

  hasChildren(path: string): boolean {
    return this.#names(path).length > 0;
  }

  /** The paths of a session's ephemeral nodes. */
  ownedBy(id: number): string[] {
    return [...this.#nodes].filter(([, { owner }]) => owner === id).map(([path]) => path);
  }

  /** The node in the format of the port: complete and consistent. */
  read(path: string, detail: ChildDetail): RawNode {
    if (!this.#nodes.has(path)) return absentNode(path);
    const names = detail === 'none' ? [] : this.#names(path);
    const childAt = (name: string): RawChild => (detail === 'data' ? this.#own(childOf(path, name)) : nameOnly);
    return { path, ...this.#own(path), children: new Map(names.map((name) => [name, childAt(name)])) };
  }

  /** The node's own data and stat. */
  #own(path: string): RawChild {
    const node = this.#nodes.get(path);
    if (node === undefined) return nameOnly;
    const { data: text, owner, czxid, mzxid, pzxid, ...counts } = node;
    const data = bytesOf(text);
    const stat = {
      ...counts,
      czxid: BigInt(czxid),
      mzxid: BigInt(mzxid),
      pzxid: BigInt(pzxid),
      aversion: 0,
      ephemeralOwner: BigInt(owner),
      dataLength: data?.length ?? 0,
      numChildren: this.#names(path).length,
    };
    return { data, stat };
  }

  /**
   * The newest transaction in the result of `read`; 0 for an absent node. Transactions only grow, so the result of a watch
   * has changed exactly when this number has.
   */
  newestIn(path: string, detail: ChildDetail): number {
    const node = this.#nodes.get(path);
    if (node === undefined) return 0;
    if (detail === 'none') return node.mzxid;
    const children = detail === 'names' ? [] : this.#names(path).map((name) => this.#child(path, name)?.mzxid ?? 0);
    return Math.max(node.mzxid, node.pzxid, ...children);
  }

  #content(): TreeFile {
    return { zxid: this.zxid, sessions: [...this.sessions], nodes: [...this.#nodes] };
  }

  #names(path: string): string[] {
    return [...(this.#children.get(path) ?? [])];
  }

  #child(path: string, name: string): TreeNode | undefined {
    return this.#nodes.get(childOf(path, name));
  }

  #list(path: string): void {
    const parent = parentOf(path);
    if (parent === undefined) return;
    const names = this.#children.get(parent) ?? new Set();
    this.#children.set(parent, names.add(nameOf(path)));
  }
}

/** Zero bytes mean no data. */
function bytesOf(base64: string): Uint8Array | null {
  return base64 === '' ? null : new Uint8Array(Buffer.from(base64, 'base64'));
}
