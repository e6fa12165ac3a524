/** Anything that a sorted tree can hold: it is found by its name. */
export interface Named {
  readonly name: string;
}

/** Entries in the order of their names. */
interface TreeLeaf<Entry extends Named> {
  readonly kind: 'leaf';
  /** The first name in it. */
  readonly name: string;
  /** The number of entries in it. */
  readonly size: number;
  readonly height: 0;
  readonly items: readonly Entry[];
}

/** Nodes of the same height, in the order of their names. */
interface TreeBranch<Entry extends Named> {
  readonly kind: 'branch';
  /** The first name below it. */
  readonly name: string;
  /** The number of entries below it. */
  readonly size: number;
  readonly height: number;
  readonly items: readonly Subtree<Entry>[];
}

/** A node of an immutable B-tree. It has at least one item, and one with few is only ever the root. */
export type Subtree<Entry extends Named> = TreeLeaf<Entry> | TreeBranch<Entry>;

const maxItems = 32;
const minItems = 12;
/** Items of a node that is built at once: neither the next insertion nor the next deletion has to reshape it. */
const builtItems = 24;

/** The tree of `entries`, which are sorted by name, each name once; undefined without any. */
export function buildTree<Entry extends Named>(entries: readonly Entry[]): Subtree<Entry> | undefined {
  let level: readonly Subtree<Entry>[] = inParts(entries).map((items) => leafOf(items));
  while (level.length > 1) level = inParts(level).map((items) => branchOf(items));
  return level[0];
}

/** The entry of that name. */
export function findEntry<Entry extends Named>(root: Subtree<Entry>, name: string): Entry | undefined {
  let node = root;
  while (node.kind === 'branch') {
    const next = node.items[lastUpTo(node.items, name)];
    if (next === undefined) return undefined;
    node = next;
  }
  const entry = node.items[lastUpTo(node.items, name)];
  return entry?.name === name ? entry : undefined;
}

/** The tree with `entry` in the place of the entry of the same name, if there is one. */
export function withEntry<Entry extends Named>(root: Subtree<Entry>, entry: Entry): Subtree<Entry> {
  const node = put(root, entry);
  return node.items.length > maxItems ? branchOf(halvesOf(node)) : node;
}

/** The tree without the entry of that name: the same object if there is none, undefined if nothing is left. */
export function withoutEntry<Entry extends Named>(root: Subtree<Entry>, name: string): Subtree<Entry> | undefined {
  let node = remove(root, name);
  while (node?.kind === 'branch' && node.items.length === 1) node = node.items[0];
  return node;
}

function leafOf<Entry extends Named>(items: readonly Entry[]): TreeLeaf<Entry> {
  return { kind: 'leaf', name: items[0]?.name ?? '', size: items.length, height: 0, items };
}

function branchOf<Entry extends Named>(
  items: readonly Subtree<Entry>[],
  size: number = items.reduce((sum, node) => sum + node.size, 0),
): TreeBranch<Entry> {
  return { kind: 'branch', name: items[0]?.name ?? '', size, height: (items[0]?.height ?? 0) + 1, items };
}

function inParts<Item>(items: readonly Item[]): (readonly Item[])[] {
  const count = items.length <= maxItems ? Math.min(items.length, 1) : Math.ceil(items.length / builtItems);
  const parts: (readonly Item[])[] = [];
  for (let i = 0; i < count; i += 1) {
    parts.push(items.slice(Math.floor((i * items.length) / count), Math.floor(((i + 1) * items.length) / count)));
  }
  return parts;
}

/** The index of the last item whose name is not greater; -1 if every one is greater. */
function lastUpTo(items: readonly Named[], name: string): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((items[middle]?.name ?? '') <= name) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** The result may have one item too many: its parent divides it. */
function put<Entry extends Named>(node: Subtree<Entry>, entry: Entry): Subtree<Entry> {
  const at = lastUpTo(node.items, entry.name);
  if (node.kind === 'leaf') {
    const isKnown = node.items[at]?.name === entry.name;
    return leafOf(isKnown ? replacedAt(node.items, at, entry) : node.items.toSpliced(at + 1, 0, entry));
  }
  const index = Math.max(at, 0);
  const child = node.items[index];
  if (child === undefined) return node;
  const next = put(child, entry);
  if (next.items.length > maxItems) return branchOf(node.items.toSpliced(index, 1, ...halvesOf(next)));
  return branchOf(replacedAt(node.items, index, next), node.size - child.size + next.size);
}

function remove<Entry extends Named>(node: Subtree<Entry>, name: string): Subtree<Entry> | undefined {
  const at = lastUpTo(node.items, name);
  if (node.kind === 'leaf') {
    if (node.items[at]?.name !== name) return node;
    return node.items.length === 1 ? undefined : leafOf(node.items.toSpliced(at, 1));
  }
  const child = node.items[at];
  const rest = child && remove(child, name);
  if (rest === child) return node;
  if (rest === undefined) return node.items.length === 1 ? undefined : branchOf(node.items.toSpliced(at, 1));
  if (rest.items.length >= minItems || node.items.length === 1) return branchOf(replacedAt(node.items, at, rest));
  const left = Math.max(at - 1, 0);
  const neighbour = node.items[at === 0 ? 1 : left] ?? rest;
  const joined = at === 0 ? join(rest, neighbour) : join(neighbour, rest);
  return branchOf(node.items.toSpliced(left, 2, ...(joined.items.length > maxItems ? halvesOf(joined) : [joined])));
}

/** Two neighbours in one node, which may have too many items. */
function join<Entry extends Named>(a: Subtree<Entry>, b: Subtree<Entry>): Subtree<Entry> {
  if (a.kind === 'leaf' && b.kind === 'leaf') return leafOf([...a.items, ...b.items]);
  if (a.kind === 'branch' && b.kind === 'branch') return branchOf([...a.items, ...b.items]);
  throw new Error('two nodes of one branch differ in height');
}

function halvesOf<Entry extends Named>(node: Subtree<Entry>): readonly Subtree<Entry>[] {
  const half = node.items.length >>> 1;
  if (node.kind === 'leaf') return [leafOf(node.items.slice(0, half)), leafOf(node.items.slice(half))];
  return [branchOf(node.items.slice(0, half)), branchOf(node.items.slice(half))];
}

function replacedAt<Item>(items: readonly Item[], at: number, item: Item): Item[] {
  const copy = items.slice();
  copy[at] = item;
  return copy;
}
