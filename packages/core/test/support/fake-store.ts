import { absentNode, type ChildDetail, nameOnly, type RawChild, type RawNode } from '../../src/backend/raw-node.js';
import { BadVersionError, NodeExistsError, NoNodeError, NotEmptyError } from '../../src/errors/node-errors.js';
import { childOf, nameOf, parentOf } from '../../src/node/path.js';

interface FakeNode {
  readonly data: Uint8Array | null;
  readonly owner: bigint;
  readonly version: number;
  readonly czxid: bigint;
  readonly mzxid: bigint;
}

const utf8 = new TextEncoder();

export function bytes(value: unknown): Uint8Array {
  return utf8.encode(typeof value === 'string' ? value : JSON.stringify(value));
}

/** The nodes on the servers, and the listeners to their changes. A test changes it directly, as another client. */
export class FakeStore {
  readonly changed = new Set<(path: string) => void>();
  readonly #nodes = new Map<string, FakeNode>();
  #zxid = 0n;
  /** The number of the last sequential node. Beyond 2^31 - 1 it is what the server would say: negative. */
  sequence = 0;
  #sessions = 0x100n;

  newSession(): bigint {
    this.#sessions += 1n;
    return this.#sessions;
  }

  has(path: string): boolean {
    return this.#nodes.has(path);
  }

  owner(path: string): bigint | undefined {
    return this.#nodes.get(path)?.owner;
  }

  text(path: string): string | undefined {
    const data = this.#nodes.get(path)?.data;
    return data ? new TextDecoder().decode(data) : undefined;
  }

  json(path: string): Record<string, unknown> | undefined {
    const text = this.text(path);
    return text === undefined ? undefined : JSON.parse(text);
  }

  /** Makes or overwrites, whatever stands there. */
  put(path: string, data: Uint8Array | null, owner = 0n): void {
    const known = this.#nodes.get(path);
    this.#zxid += 1n;
    const parent = parentOf(path);
    if (parent !== undefined && parent !== '/' && !this.has(parent)) this.put(parent, null);
    const same = known !== undefined && known.owner === owner;
    const version = same ? known.version + 1 : 0;
    this.#nodes.set(path, { data, owner, version, czxid: same ? known.czxid : this.#zxid, mzxid: this.#zxid });
    this.#tell(path);
  }

  delete(path: string): void {
    this.#zxid += 1n;
    this.#nodes.delete(path);
    this.#tell(path);
  }

  endSession(session: bigint): void {
    for (const [path, { owner }] of this.#nodes) if (owner === session) this.delete(path);
  }

  create(path: string, data: Uint8Array, owner: bigint, replacing: number | null): void {
    const known = this.#nodes.get(path);
    if (replacing === null) {
      if (known !== undefined) throw new NodeExistsError(path);
    } else {
      this.#check(path, replacing);
      this.#nodes.delete(path);
    }
    this.put(path, data, owner);
  }

  createAndRemove(path: string, data: Uint8Array, owner: bigint, removing: string): void {
    if (this.has(path)) throw new NodeExistsError(path);
    const parent = parentOf(path);
    if (parent !== undefined && parent !== '/' && !this.has(parent)) throw new NoNodeError(path);
    this.#check(removing);
    this.put(path, data, owner);
    this.delete(removing);
  }

  nextInSequence(path: string): string {
    this.sequence = (this.sequence + 1) | 0;
    return `${path}${this.sequence < 0 ? this.sequence : String(this.sequence).padStart(10, '0')}`;
  }

  write(path: string, data: Uint8Array, version: number): void {
    const known = this.#expect(path, version);
    this.put(path, data, known.owner);
  }

  remove(path: string, version: number): void {
    this.#check(path, version);
    this.delete(path);
  }

  read(path: string, detail: ChildDetail): RawNode {
    const names = this.#childNames(path);
    const own = this.#own(path, names.length);
    if (own.stat === null) return absentNode(path);
    const shown = (detail === 'none' ? [] : names).map(
      (name) => [name, detail === 'data' ? this.#own(childOf(path, name), 0) : nameOnly] as const,
    );
    return { path, ...own, children: new Map(shown) };
  }

  /** The node's own data and stat. Those of a child say nothing about its own children, as the port allows. */
  #own(path: string, count: number): RawChild {
    const node = this.#nodes.get(path);
    if (node === undefined) return nameOnly;
    const { data, owner, version, czxid, mzxid } = node;
    const stat = {
      czxid,
      mzxid,
      pzxid: czxid,
      ctime: 0,
      mtime: 0,
      version,
      cversion: count,
      aversion: 0,
      ephemeralOwner: owner,
      dataLength: data?.length ?? 0,
      numChildren: count,
    };
    return { data, stat };
  }

  #childNames(path: string): string[] {
    return [...this.#nodes.keys()].filter((other) => parentOf(other) === path).map(nameOf);
  }

  #expect(path: string, version?: number): FakeNode {
    const known = this.#nodes.get(path);
    if (known === undefined) throw new NoNodeError(path);
    if (version !== undefined && known.version !== version) throw new BadVersionError(path);
    return known;
  }

  #check(path: string, version?: number): void {
    this.#expect(path, version);
    if (this.#childNames(path).length > 0) throw new NotEmptyError(path);
  }

  #tell(path: string): void {
    for (const tell of [...this.changed]) tell(path);
  }
}

/** A store that holds those nodes. */
export function storeWith(nodes: Record<string, unknown>): FakeStore {
  const store = new FakeStore();
  for (const [path, data] of Object.entries(nodes)) store.put(path, bytes(data));
  return store;
}
