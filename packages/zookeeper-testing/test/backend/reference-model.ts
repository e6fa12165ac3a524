import { type ChildDetail, childOf, type NodeStat, type RawChild, type RawNode } from '@ndsr/core/backend';
import type { FakeTree } from '../../src/fake/index.js';
import { text } from './watch-log.js';

/** Everything that was ever true on an ensemble, to check deliveries against. */
export class Oracle {
  readonly #tree: FakeTree;
  readonly #data = new Map<string, string | null>();
  readonly #lists = new Map<string, string>();
  /** The creation of each child of a list, and the last child of its name with the same data. */
  readonly #births = new Map<string, ReadonlyMap<string, bigint>>();
  readonly #lastWith = new Map<string, bigint>();

  constructor(tree: FakeTree) {
    this.#tree = tree;
    this.note();
  }

  /** Records the state. Must be called after each step that may have changed something. */
  note(): void {
    for (const path of ['/', ...this.#tree.paths]) {
      const { data, stat } = this.#tree.getData(path);
      const shown = data === null || data.length === 0 ? null : text(data);
      this.#data.set(`${path} ${stat.mzxid}`, shown);
      this.#lastWith.set(`${path} ${shown}`, stat.czxid);
      const list = `${path} ${stat.czxid} ${stat.pzxid}`;
      const { names } = this.#tree.getChildren(path);
      this.#lists.set(list, listOf(names));
      this.#births.set(list, new Map(names.map((name) => [name, this.#tree.getData(childOf(path, name)).stat.czxid])));
    }
  }

  /** Returns the inconsistency of a delivery in itself. */
  lie({ path, stat, data, children }: RawNode, detail: ChildDetail): string | undefined {
    if (stat === null) return undefined;
    if (this.#data.get(`${path} ${stat.mzxid}`) !== text(data)) return `data of mzxid ${stat.mzxid} are ${text(data)}`;
    if (detail === 'none') return undefined;
    if (children.size !== stat.numChildren) return `${children.size} children, numChildren is ${stat.numChildren}`;
    const key = `${path} ${stat.czxid} ${stat.pzxid}`;
    const list = this.#lists.get(key);
    if (list !== listOf([...children.keys()])) return `the list of pzxid ${stat.pzxid} was ${list}`;
    return detail === 'data' ? this.#ghost(path, children, this.#births.get(key)) : undefined;
  }

  /** Finds a child shown with the data of an earlier one, which was gone when the list was read. */
  #ghost(
    path: string,
    children: RawNode['children'],
    births: ReadonlyMap<string, bigint> = new Map(),
  ): string | undefined {
    for (const [name, { data }] of children) {
      const last = this.#lastWith.get(`${childOf(path, name)} ${text(data)}`) ?? 0n;
      if (last < (births.get(name) ?? 0n)) return `${name} with ${text(data)} was gone`;
    }
    return undefined;
  }

  /** Returns the current node in a comparable form. */
  now(path: string, detail: ChildDetail): string {
    const stat = this.#tree.statOf(path);
    if (stat === null) return 'absent';
    const { names } = this.#tree.getChildren(path);
    const children = names.map((name) => [name, this.#tree.getData(`${path}/${name}`)] as const);
    return shown(this.#tree.getData(path).data, stat, detail === 'none' ? [] : children, detail);
  }
}

/** Returns a delivery in a form comparable with the true state. */
export function describeNode({ stat, data, children }: RawNode, detail: ChildDetail): string {
  return stat === null ? 'absent' : shown(data, stat, [...children], detail);
}

function shown(
  data: Uint8Array | null,
  stat: NodeStat,
  children: readonly (readonly [string, Pick<RawChild, 'data'>])[],
  detail: ChildDetail,
): string {
  const texts = children.map(([name, child]) => `${name}=${detail === 'data' ? (text(child.data) ?? '') : ''}`).sort();
  const zxids = detail === 'none' ? `${stat.czxid} ${stat.mzxid}` : `${stat.czxid} ${stat.mzxid} ${stat.pzxid}`;
  return `${zxids} ${text(data) ?? ''} [${texts.join(' ')}]`;
}

function listOf(names: readonly string[]): string {
  return [...names].sort().join(' ');
}
