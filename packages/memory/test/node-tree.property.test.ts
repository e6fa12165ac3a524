import fc from 'fast-check';
import { test } from 'vitest';
import { NodeTree } from '../src/node-tree.js';
import { bytes } from './open-backend.js';

/** The model's knowledge of a node: its history, from which each stat field is computed in the simplest way. */
interface Lived {
  readonly born: number;
  readonly owner: bigint;
  writes: number[];
  /** The moments at which a child was created or deleted. */
  lists: number[];
  data: string;
}

const names = fc.constantFrom('a', 'b', '__proto__');
const paths = fc.array(names, { minLength: 1, maxLength: 3 }).map((parts) => `/${parts.join('/')}`);
const versions = fc.constantFrom(0, 1, 2);
const data = fc.constantFrom('', 'x', 'üü');
const sessions = fc.constantFrom(0, 1, 2);
const actions = fc.oneof(
  { weight: 4, arbitrary: fc.record({ type: fc.constant('create' as const), path: paths, data, session: sessions }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('write' as const), path: paths, data, version: versions }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('remove' as const), path: paths, version: versions }) },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant('replace' as const),
      path: paths,
      data,
      version: versions,
      session: sessions,
    }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('expire' as const), session: sessions }) },
);
type Action = typeof actions extends fc.Arbitrary<infer Value> ? Value : never;

function above(path: string): string {
  return path.slice(0, path.lastIndexOf('/')) || '/';
}

class Model {
  readonly nodes = new Map<string, Lived>();
  /** The transaction of this moment; the time is this number times a thousand. */
  zxid = 0;

  constructor() {
    this.nodes.set('/', { born: 0, owner: 0n, writes: [], lists: [], data: '' });
  }

  children(path: string): string[] {
    return [...this.nodes.keys()].filter((other) => other !== '/' && above(other) === path);
  }

  insert(path: string, text: string, owner: bigint): boolean {
    const parent = this.nodes.get(above(path));
    if (parent === undefined || this.nodes.has(path) || parent.owner !== 0n) return false;
    this.nodes.set(path, { born: this.zxid, owner, writes: [], lists: [], data: text });
    parent.lists.push(this.zxid);
    return true;
  }

  delete(path: string): void {
    this.nodes.delete(path);
    this.nodes.get(above(path))?.lists.push(this.zxid);
  }

  removable(path: string, version: number): boolean {
    return this.nodes.get(path)?.writes.length === version && this.children(path).length === 0;
  }

  create(path: string, text: string, owner: bigint): void {
    const parts = path.slice(1).split('/');
    for (let depth = 1; depth < parts.length; depth += 1) {
      const parent = `/${parts.slice(0, depth).join('/')}`;
      if (this.nodes.has(parent)) continue;
      this.zxid += 1;
      if (!this.insert(parent, '', 0n)) return;
    }
    this.zxid += 1;
    this.insert(path, text, owner);
  }

  apply(action: Action, owners: readonly bigint[]): void {
    const owner = ('session' in action ? owners[action.session] : 0n) ?? 0n;
    if (action.type !== 'create') this.zxid += 1;
    if (action.type === 'create') {
      this.create(action.path, action.data, owner);
    } else if (action.type === 'expire') {
      const owned = [...this.nodes].filter(([, node]) => owner !== 0n && node.owner === owner);
      for (const [path] of owned) this.delete(path);
    } else if (action.type === 'write') {
      const node = this.nodes.get(action.path);
      if (node?.writes.length !== action.version) return;
      node.writes.push(this.zxid);
      node.data = action.data;
    } else if (this.removable(action.path, action.version)) {
      this.delete(action.path);
      if (action.type === 'replace') this.insert(action.path, action.data, owner);
    }
  }

  stat(path: string) {
    const node = this.nodes.get(path);
    if (node === undefined) return null;
    const written = node.writes.at(-1) ?? node.born;
    return {
      czxid: BigInt(node.born),
      mzxid: BigInt(written),
      pzxid: BigInt(node.lists.at(-1) ?? node.born),
      ctime: node.born * 1000,
      mtime: written * 1000,
      version: node.writes.length,
      cversion: node.lists.length,
      aversion: 0,
      ephemeralOwner: node.owner,
      dataLength: bytes(node.data).length,
      numChildren: this.children(path).length,
    };
  }
}

/** Executes the transaction on the tree, failures included, in the model's order. */
function act(tree: NodeTree, action: Action, owners: bigint[]): void {
  const owner = ('session' in action ? owners[action.session] : 0n) ?? 0n;
  try {
    if (action.type === 'create') tree.create(action.path, bytes(action.data), owner);
    else if (action.type === 'write') tree.write(action.path, bytes(action.data), action.version);
    else if (action.type === 'remove') tree.remove(action.path, action.version);
    else if (action.type === 'replace') tree.replace(action.path, action.version, bytes(action.data), owner);
    else tree.closeSession(owner);
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error)) throw error;
  }
}

test('every stat follows from the history of the node', () => {
  fc.assert(
    fc.property(fc.array(actions, { maxLength: 60 }), (history) => {
      const model = new Model();
      let transactions = 0;
      const tree = new NodeTree(() => {
        transactions += 1;
        return transactions * 1000;
      });
      const owners = [0n, tree.openSession(), tree.openSession()];
      model.zxid += 2;
      for (const action of history) {
        act(tree, action, owners);
        model.apply(action, owners);
        if (action.type === 'expire' && action.session > 0) {
          owners[action.session] = tree.openSession();
          model.zxid += 1;
        }
      }
      for (const path of ['/', '/none', ...model.nodes.keys(), ...tree.paths()]) {
        const stat = tree.read(path, 'names').stat;
        const expected = model.stat(path);
        if (!same(stat, expected)) throw new Error(`${path}: ${show(stat)} instead of ${show(expected)}`);
      }
    }),
    { numRuns: 500 },
  );
});

function show(value: unknown): string {
  return JSON.stringify(value, (_key, field) => (typeof field === 'bigint' ? `${field}n` : field));
}

function same(a: object | null, b: object | null): boolean {
  return show(a && Object.entries(a).sort()) === show(b && Object.entries(b).sort());
}
